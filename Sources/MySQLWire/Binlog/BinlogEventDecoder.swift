public import NIOCore

/// Event bytes, as ``BinaryLogEvents`` brings them, to events: keeps what later events need of earlier ones (the format,
/// the table maps).
///
/// One decoder reads one stream of events in order. After an error it must not be used further.
public struct BinlogEventDecoder: Sendable {
    /// What the latest FORMAT_DESCRIPTION said; nil before the first.
    public private(set) var format: BinlogFormatDescription?
    /// What the caller knows of a table's columns, by schema and table; asked at each TABLE_MAP.
    public var describe: (@Sendable (_ schema: String, _ table: String) -> [BinlogColumnDescription]?)?
    private var tables: [UInt64: BinlogTable] = [:]
    private let isInPayload: Bool

    /// More tables than a statement ever maps; a peer that maps more only wants our memory.
    private static let maximumTables = 1024

    /// For the events of one stream, from its first on.
    public init() {
        isInPayload = false
    }

    /// Decodes one event.
    ///
    /// - Parameter buffer: the whole event: header, body, and checksum where the log has them.
    /// - Throws: ``MySQLError/Code/protocolViolation``, with the packet, field and offset that are wrong.
    public mutating func event(from buffer: ByteBuffer) throws(MySQLError) -> BinlogEvent {
        do throws(WireError) {
            return try decode(buffer)
        } catch {
            throw MySQLError(.protocolViolation, phase: .rows, fate: .maybeExecuted, message: "\(error)")
        }
    }

    /// For the events inside a TRANSACTION_PAYLOAD, which have no checksums of their own.
    private init(inside outer: BinlogEventDecoder) {
        format = outer.format
        format?.checksum = .off
        describe = outer.describe
        isInPayload = true
    }

    package mutating func decode(_ buffer: ByteBuffer) throws(WireError) -> BinlogEvent {
        var headerReader = WireReader(buffer, packet: "event header")
        let header = try BinlogEventHeader(&headerReader)
        guard buffer.readableBytes == Int(header.size) else {
            throw headerReader.error("event_size", "\(header.size), but the event has \(buffer.readableBytes) bytes")
        }
        let content = try withoutChecksum(buffer, header)
        var reader = WireReader(content, packet: header.type.description)
        try reader.skip(BinlogEventHeader.length, "header")
        return BinlogEvent(header: header, body: try body(header, &reader))
    }

    private mutating func body(
        _ header: BinlogEventHeader,
        _ reader: inout WireReader
    ) throws(WireError) -> BinlogEvent.Body {
        switch header.type {
        case .formatDescription:
            let description = try BinlogFormatDescription(&reader)
            format = description
            tables = [:]
            return .formatDescription(description)
        case .rotate:
            tables = [:]
            return try .rotate(&reader)
        case .heartbeat, .heartbeatV2:
            return try .heartbeat(&reader, isVersion2: header.type == .heartbeatV2)
        default:
            break
        }
        guard let format else { throw reader.error("type", "comes before any FORMAT_DESCRIPTION") }
        let fixedLength = format.postHeaderLength(of: header.type)
        switch header.type {
        case .previousGTIDs: return .previousGTIDs(try BinlogPreviousGTIDs(&reader))
        case .gtid: return .gtid(try BinlogGTIDEvent(&reader, isAnonymous: false))
        case .anonymousGTID: return .gtid(try BinlogGTIDEvent(&reader, isAnonymous: true))
        case .gtidTagged: return .gtid(try BinlogGTIDEvent(tagged: &reader))
        case .query: return .query(try BinlogQuery(&reader, postHeaderLength: fixedLength ?? 13))
        case .xid: return .xid(try reader.integer("xid"))
        case .xaPrepare: return .xaPrepare(try BinlogXAPrepare(&reader))
        case .tableMap: return .tableMap(try tableMap(&reader, fixedLength ?? 8))
        case .writeRows, .updateRows, .deleteRows, .writeRowsV1, .updateRowsV1, .deleteRowsV1, .partialUpdateRows:
            let event = try BinlogRowsEvent(
                &reader,
                type: header.type,
                postHeaderLength: fixedLength ?? 10,
                tables: tables
            )
            if event.isStatementEnd { tables = [:] }
            return .rows(event)
        case .rowsQuery: return try .rowsQuery(&reader)
        case .transactionPayload: return .transactionPayload(try payload(&reader))
        case .stop: return .stop
        case .incident: return try .incident(&reader)
        default: return .opaque(Array(reader.rest().readableBytesView))
        }
    }

    private mutating func tableMap(_ reader: inout WireReader, _ length: Int) throws(WireError) -> BinlogTable {
        var table = try BinlogTable(&reader, postHeaderLength: length)
        if let descriptions = describe?(table.schema, table.name) { table.complete(with: descriptions) }
        guard tables[table.id] != nil || tables.count < Self.maximumTables else {
            throw reader.error("table_id", "more than \(Self.maximumTables) tables in one statement")
        }
        tables[table.id] = table
        return table
    }

    private func payload(_ reader: inout WireReader) throws(WireError) -> BinlogTransactionPayload {
        guard !isInPayload else { throw reader.error("type", "a payload inside a payload") }
        var (payload, bytes) = try BinlogTransactionPayload.decode(&reader)
        guard payload.compression == 255 else { return payload }
        var decoder = BinlogEventDecoder(inside: self)
        var events: [BinlogEvent] = []
        while bytes.readableBytes > 0 {
            guard let event = try BinlogFile.nextEvent(&bytes, at: 0) else {
                throw reader.error("payload", "ends inside an event")
            }
            events.append(try decoder.decode(event))
        }
        payload.events = events
        return payload
    }

    /// The event's bytes without its checksum, once that is verified.
    private func withoutChecksum(_ buffer: ByteBuffer, _ header: BinlogEventHeader) throws(WireError) -> ByteBuffer {
        let isFormat = header.type == .formatDescription
        let length = buffer.readableBytes - 4
        guard length >= BinlogEventHeader.length,
            let content = buffer.getSlice(at: buffer.readerIndex, length: length),
            let stored = buffer.getInteger(at: buffer.readerIndex + length, endianness: .little, as: UInt32.self)
        else {
            guard !isFormat, format?.checksum != .crc32 else {
                throw WireError(
                    packet: header.type.description,
                    field: "checksum",
                    offset: buffer.readableBytes,
                    reason: "truncated"
                )
            }
            return buffer
        }
        let isRight = stored == Self.checksum(content, header)
        if isFormat {
            // Its last byte before the checksum says whether there are checksums; it is parsed with all its bytes.
            let algorithm: UInt8? = buffer.getInteger(at: buffer.readerIndex + length - 1)
            guard isRight || algorithm != BinlogChecksumAlgorithm.crc32.rawValue else { throw mismatch(header, length) }
            return buffer
        }
        guard let format else {
            // A dump begins with an artificial ROTATE, before anything tells whether it has a checksum.
            return isRight ? content : buffer
        }
        guard format.checksum == .crc32 else { return buffer }
        guard isRight else { throw mismatch(header, length) }
        return content
    }

    private func mismatch(_ header: BinlogEventHeader, _ offset: Int) -> WireError {
        WireError(
            packet: header.type.description,
            field: "checksum",
            offset: offset,
            reason: "CRC32 does not match: the event is damaged"
        )
    }

    /// The checksum of a FORMAT_DESCRIPTION was made before the flag of a file in use was set in it.
    private static func checksum(_ content: ByteBuffer, _ header: BinlogEventHeader) -> UInt32 {
        guard header.type == .formatDescription, header.isInUse else { return CRC32.checksum(content) }
        var copy = content
        copy.setInteger(header.flags & ~1, at: copy.readerIndex + 17, endianness: .little)
        return CRC32.checksum(copy)
    }
}
