internal import FoundationEssentials
internal import Glibc

/// Where the lab keeps its files.
enum LabFolders {
    /// `$REPLICA_CACHE`, else `replica-kit` in the user's cache folder: the same place as the scripts use.
    static func cache(environment: [String: String]) -> String {
        if let named = environment["REPLICA_CACHE"], !named.isEmpty { return named }
        if let caches = environment["XDG_CACHE_HOME"], !caches.isEmpty { return "\(caches)/replica-kit" }
        return "\(environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path)/.cache/replica-kit"
    }

    /// Makes a folder that only its owner can enter.
    ///
    /// A socket's path has room for 107 bytes only (man 7 unix): where TMPDIR is too long for that, it is /tmp.
    static func makeTemporary(environment: [String: String]) throws(LabError) -> String {
        let wanted = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(wanted.utf8.count > 50 ? "/tmp" : wanted)/replica-lab.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .file(path: wanted, reason: String(cString: strerror(errno)))
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
