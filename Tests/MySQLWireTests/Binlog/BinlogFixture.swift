import NIOCore
import Testing

@testable import MySQLWire

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The recorded logs of `Fixtures/binlog`, and what the server's own tools say of them.
enum BinlogFixture {
    static let all = [
        "types", "types-minimal", "json", "transactions", "statement", "partial", "no-checksum", "compressed",
        "stopped", "killed", "gtid", "tagged", "previous-tagged",
    ]

    static func bytes(_ name: String, file: String = #filePath) throws -> [UInt8] {
        let root = file.split(separator: "/").dropLast(4).joined(separator: "/")
        let path = "/\(root)/Fixtures/binlog/\(name)"
        let handle = try #require(fopen(path, "rb"), "no fixture \(path)")
        defer { fclose(handle) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&block, 1, block.count, handle), count > 0 { bytes += block[..<count] }
        return bytes
    }

    static func lines(_ name: String) throws -> [[UInt8]] {
        try bytes(name).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).map(Array.init)
    }

    static func buffers(_ name: String) throws -> [ByteBuffer] {
        var file = BinlogFile()
        file.append(ByteBuffer(bytes: try bytes("\(name).binlog")))
        var buffers: [ByteBuffer] = []
        while let buffer = try file.next() { buffers.append(buffer) }
        try file.finish()
        return buffers
    }

    static func events(_ name: String) throws -> [BinlogEvent] {
        var decoder = BinlogEventDecoder()
        return try buffers(name).map { try decoder.decode($0) }
    }

    static func transactions(_ name: String) throws -> [BinlogTransaction] {
        var reader = BinlogTransactionReader(file: "binlog.000001")
        var transactions = try buffers(name).compactMap { try reader.receive($0) }
        if let incomplete = reader.incomplete { transactions.append(incomplete) }
        return transactions
    }

    /// All row changes of a log, in order.
    static func changes(_ name: String) throws -> [BinlogRowChange] {
        try events(name).flatMap { event in
            guard case .rows(let rows) = event.body else { return [BinlogRowChange]() }
            return rows.changes
        }
    }
}
