internal import NIOCore

/// FORMAT_DESCRIPTION: the first event of every file, and of every dump: how the others are to be read.
public struct BinlogFormatDescription: Sendable, Hashable {
    /// 4, from every server since 5.0.
    public var binlogVersion: UInt16
    /// For instance `9.7.4-2`.
    public var serverVersion: String
    /// Seconds since 1970 when the server made the log after its start; else 0.
    public var createTimestamp: UInt32
    /// The length of the fixed part behind the header, by event type; the first is that of type 1.
    public var postHeaderLengths: [UInt8]
    /// What ends each event behind this one.
    public var checksum: BinlogChecksumAlgorithm

    init(_ reader: inout WireReader) throws(WireError) {
        binlogVersion = try reader.integer("binlog_version")
        guard binlogVersion == 4 else { throw reader.error("binlog_version", "\(binlogVersion); only 4 is known") }
        let version = try reader.array(50, "server_version")
        serverVersion = String(decoding: version.prefix { $0 != 0 }, as: UTF8.self)
        createTimestamp = try reader.integer("create_timestamp")
        let headerLength: UInt8 = try reader.integer("event_header_length")
        guard headerLength == UInt8(BinlogEventHeader.length) else {
            throw reader.error("event_header_length", "\(headerLength) instead of 19")
        }
        var rest = Array(reader.rest().readableBytesView)
        checksum = .off
        // Since 5.6.1 (MariaDB 5.3) the algorithm's byte and four bytes of checksum end this event, whatever the
        // algorithm; servers before that have neither.
        if Self.knowsChecksums(serverVersion) {
            guard rest.count >= 5 else { throw reader.error("checksum_alg", "truncated") }
            let byte = rest[rest.count - 5]
            guard let algorithm = BinlogChecksumAlgorithm(rawValue: byte) else {
                throw reader.error("checksum_alg", "unknown algorithm \(byte)")
            }
            checksum = algorithm
            rest.removeLast(5)
        }
        postHeaderLengths = rest
    }

    func postHeaderLength(of type: BinlogEventType) -> Int? {
        let index = Int(type.rawValue) - 1
        return index >= 0 && index < postHeaderLengths.count ? Int(postHeaderLengths[index]) : nil
    }

    private static func knowsChecksums(_ version: String) -> Bool {
        let numbers = version.split(separator: ".").prefix(3).map { part in
            Int(part.prefix { $0.isASCII && $0.isNumber }.prefix(6)) ?? 0
        }
        let first = numbers.first ?? 0
        let second = numbers.count > 1 ? numbers[1] : 0
        let third = numbers.count > 2 ? numbers[2] : 0
        if version.namesMariaDB { return (first, second) >= (5, 3) }
        return (first, second, third) >= (5, 6, 1)
    }
}
