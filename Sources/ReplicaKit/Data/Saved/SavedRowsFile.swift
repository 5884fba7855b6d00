#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A new file, for its owner alone, that is written in pieces and is on disk when it is finished.
final class SavedRowsFile {
    let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 18

    /// - Parameter path: where a file is already, a number is added; what was saved once is never written over.
    init(at path: String) throws(DataError) {
        var candidate = path
        var number = 1
        while true {
            let opened = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if opened >= 0 {
                descriptor = opened
                break
            }
            guard errno == EEXIST, number < 1000 else { throw Self.failure("cannot create", candidate) }
            number += 1
            candidate = "\(path).\(number)"
        }
        self.path = candidate
    }

    deinit {
        close(descriptor)
    }

    func add(_ text: String) throws(DataError) {
        buffer += text.utf8
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Returns when everything is on disk, the file's name in its folder too.
    func finish() throws(DataError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw Self.failure("cannot sync", path) }
        let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure("cannot open the folder of", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Self.failure("cannot sync the folder of", path) }
    }

    private func flush() throws(DataError) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("cannot write", path) }
            rest = rest.dropFirst(written)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func failure(_ what: String, _ path: String) -> DataError {
        DataError(.cannotBeSaved, message: "\(what) \(path): \(String(cString: strerror(errno)))")
    }
}
