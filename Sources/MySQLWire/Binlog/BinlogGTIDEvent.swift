internal import NIOCore

/// GTID, ANONYMOUS_GTID or GTID_TAGGED: it begins every transaction of MySQL 5.7 and later.
public struct BinlogGTIDEvent: Sendable, Hashable {
    /// Nil for an anonymous transaction (`gtid_mode=OFF`).
    public var gtid: BinlogGTID?
    /// The logical time up to which transactions must be done before this one may run beside others.
    public var lastCommitted: Int64?
    /// The transaction's own logical time in its file.
    public var sequenceNumber: Int64?
    /// Microseconds since 1970 at the commit on this log's server.
    public var immediateCommitTimestamp: UInt64?
    /// Microseconds since 1970 at the commit on the server that ran the transaction first. Every server passes it on
    /// unchanged; together with the server id it tells a transaction again without GTIDs.
    public var originalCommitTimestamp: UInt64?
    /// Bytes of the whole transaction, this event included.
    public var transactionLength: UInt64?
    /// For instance 90704.
    public var immediateServerVersion: UInt32?
    /// That of the server that ran the transaction first, for instance 90704.
    public var originalServerVersion: UInt32?

    /// Sizes of the fixed part: flags, uuid, number, type code of the logical clock, two logical times.
    private static let fixedLength = 42
    private static let originalTimestampFollows: UInt64 = 1 << 55

    init(_ reader: inout WireReader, isAnonymous: Bool) throws(WireError) {
        try reader.skip(1, "gtid_flags")
        let source = try reader.array(16, "sid")
        let number: UInt64 = try reader.integer("gno")
        gtid = isAnonymous ? nil : BinlogGTID(source: source, number: number)
        // Each group of fields came with a later version: the event may end before any of them.
        guard !reader.isAtEnd else { return }
        let typeCode: UInt8 = try reader.integer("logical_clock_type")
        guard typeCode == 2 else { return }
        lastCommitted = try reader.integer("last_committed")
        sequenceNumber = try reader.integer("sequence_number")
        guard reader.remaining >= 7 else { return }
        let commit = try reader.littleEndian(7, "immediate_commit_timestamp")
        immediateCommitTimestamp = commit & ~Self.originalTimestampFollows
        originalCommitTimestamp = immediateCommitTimestamp
        if commit & Self.originalTimestampFollows != 0 {
            originalCommitTimestamp = try reader.littleEndian(7, "original_commit_timestamp")
        }
        guard !reader.isAtEnd else { return }
        transactionLength = try reader.lengthEncoded("transaction_length")
        guard reader.remaining >= 4 else { return }
        let version: UInt32 = try reader.integer("immediate_server_version")
        immediateServerVersion = version & 0x7FFF_FFFF
        originalServerVersion = immediateServerVersion
        if version & 0x8000_0000 != 0 { originalServerVersion = try reader.integer("original_server_version") }
    }

    /// GTID_TAGGED is written in the server's serialization format: version, size, then numbered fields, all as
    /// integers whose first byte tells by its trailing one bits how many more follow.
    init(tagged reader: inout WireReader) throws(WireError) {
        _ = try Self.varying(&reader, "serialization_version")
        _ = try Self.varying(&reader, "message_size")
        let lastNeeded = try Self.varying(&reader, "last_non_ignorable_field_id")
        var source: [UInt8] = []
        var number: Int64 = 0
        var tag = ""
        fields: while !reader.isAtEnd {
            switch try Self.varying(&reader, "field_id") {
            case 0: _ = try Self.varying(&reader, "gtid_flags")
            case 1:
                source = []
                for _ in 0..<16 { source.append(UInt8(truncatingIfNeeded: try Self.varying(&reader, "uuid"))) }
            case 2: number = try Self.signedVarying(&reader, "gno")
            case 3:
                let length = try reader.length(try Self.varying(&reader, "tag_length"), "tag")
                tag = String(decoding: try reader.array(length, "tag"), as: UTF8.self)
            case 4: lastCommitted = try Self.signedVarying(&reader, "last_committed")
            case 5: sequenceNumber = try Self.signedVarying(&reader, "sequence_number")
            case 6: immediateCommitTimestamp = try Self.varying(&reader, "immediate_commit_timestamp")
            case 7: originalCommitTimestamp = try Self.varying(&reader, "original_commit_timestamp")
            case 8: transactionLength = try Self.varying(&reader, "transaction_length")
            case 9: immediateServerVersion = UInt32(truncatingIfNeeded: try Self.varying(&reader, "server_version"))
            case 10: originalServerVersion = UInt32(truncatingIfNeeded: try Self.varying(&reader, "server_version"))
            case 11: _ = try Self.varying(&reader, "commit_group_ticket")
            case let id where id <= lastNeeded: throw reader.error("field_id", "unknown field \(id) that must be known")
            // A later field may be passed over, but its length is not known: with it the message ends for us.
            default: break fields
            }
        }
        guard source.count == 16, number > 0 else { throw reader.error("gno", "neither uuid nor number") }
        gtid = BinlogGTID(source: source, tag: tag, number: UInt64(number))
        originalCommitTimestamp = originalCommitTimestamp ?? immediateCommitTimestamp
        originalServerVersion = originalServerVersion ?? immediateServerVersion
    }

    /// An integer of one to nine bytes.
    static func varying(_ reader: inout WireReader, _ field: String) throws(WireError) -> UInt64 {
        let first: UInt8 = try reader.integer(field)
        let more = (~first).trailingZeroBitCount
        let rest = try reader.littleEndian(more, field)
        guard more < 7 else { return rest }
        return UInt64(first) >> UInt64(more + 1) | rest << UInt64(7 - more)
    }

    private static func signedVarying(_ reader: inout WireReader, _ field: String) throws(WireError) -> Int64 {
        let value = try varying(&reader, field)
        let magnitude = Int64(truncatingIfNeeded: value >> 1)
        return value & 1 == 0 ? magnitude : ~magnitude
    }
}
