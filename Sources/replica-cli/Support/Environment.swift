import Glibc

/// The process's environment, as values.
enum Environment {
    static var current: [String: String] {
        var result: [String: String] = [:]
        var cursor = environ
        while let entry = cursor.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                result[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            cursor += 1
        }
        return result
    }

    /// The login name of who runs this program: what MySQL's own client takes when no user is given.
    static var loginName: String {
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else {
            return current["USER"] ?? "root"
        }
        return String(cString: name)
    }

    static var homeDirectory: String? {
        if let home = current["HOME"], !home.isEmpty { return home }
        guard let entry = getpwuid(geteuid()), let directory = entry.pointee.pw_dir else { return nil }
        return String(cString: directory)
    }
}
