import Glibc

/// The files that configuration is read from: a seam, so that tests need none.
struct FileAccess: Sendable {
    struct Failure: Error, Equatable {
        var path: String
        var errno: Int32
        var reason: String { String(cString: strerror(errno)) }
    }

    /// The bytes of a file.
    var read: @Sendable (_ path: String) throws(Failure) -> [UInt8]
    /// The names in a directory, in the order of their bytes.
    var list: @Sendable (_ path: String) throws(Failure) -> [String]
    /// Permission bits; nil where there is no such file.
    var mode: @Sendable (_ path: String) -> UInt32?

    static let real = FileAccess(
        read: { path throws(Failure) in try readFile(path) },
        list: { path throws(Failure) in try listDirectory(path) },
        mode: { path in
            var status = stat()
            return stat(path, &status) == 0 ? status.st_mode : nil
        }
    )

    private static func readFile(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(path: path, errno: errno) }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count > 0 { result += chunk[..<count] } else if count == 0 { return result }
            if count < 0, errno != EINTR { throw Failure(path: path, errno: errno) }
        }
    }

    private static func listDirectory(_ path: String) throws(Failure) -> [String] {
        guard let directory = opendir(path) else { throw Failure(path: path, errno: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
            )
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension FileAccess {
    /// The text of a file that a person named; a missing one is a mistake in the call.
    func text(_ path: String, purpose: String) throws(CLIFailure) -> String {
        let bytes: [UInt8]
        do { bytes = try read(path) } catch { throw .usage("cannot read \(purpose) \(path): \(error.reason)") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .usage("\(purpose) \(path) is not UTF-8 text")
        }
        return text
    }
}
