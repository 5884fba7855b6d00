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

/// Adds lines to one operation's file, each on disk before the call returns.
public final class JournalWriter: Sendable {
    private let descriptor: Int32
    private let path: String
    private let operation: String
    private let kind: OperationKind

    init(path: String, operation: String, kind: OperationKind) throws(OperationError) {
        self.path = path
        self.operation = operation
        self.kind = kind
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("cannot open", path) }
        // A crash may have cut the last line off: what is added must not become a part of it.
        if endsInMiddleOfLine { try append([UInt8(ascii: "\n")]) }
    }

    private var endsInMiddleOfLine: Bool {
        var last: UInt8 = 0
        let end = lseek(descriptor, 0, SEEK_END)
        return end > 0 && pread(descriptor, &last, 1, end - 1) == 1 && last != UInt8(ascii: "\n")
    }

    deinit {
        close(descriptor)
    }

    func add(_ entry: JournalEntry.Kind, _ fill: (inout JournalEntry) -> Void = { _ in }) throws(OperationError) {
        var line = JournalEntry(
            time: Date().timeIntervalSince1970,
            operation: operation,
            kind: kind,
            entry: entry
        )
        fill(&line)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var data = try? encoder.encode(line) else {
            throw OperationError(.journal, "cannot write a line of the journal \(path)")
        }
        data.append(UInt8(ascii: "\n"))
        try append(Array(data))
        guard fsync(descriptor) == 0 else { throw Self.failure("cannot sync", path) }
    }

    private func append(_ bytes: [UInt8]) throws(OperationError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("cannot write", path) }
            rest = rest.dropFirst(written)
        }
    }

    private static func failure(_ what: String, _ path: String) -> OperationError {
        OperationError(.journal, "\(what) the journal \(path): \(String(cString: strerror(errno)))")
    }
}
