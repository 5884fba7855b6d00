internal import NIOCore

extension BinlogXAPrepare {
    init(_ reader: inout WireReader) throws(WireError) {
        isOnePhase = try reader.integer("one_phase", as: UInt8.self) != 0
        formatID = try reader.integer("format_id")
        let globalLength: UInt32 = try reader.integer("gtrid_length")
        let branchLength: UInt32 = try reader.integer("bqual_length")
        guard globalLength <= 64, branchLength <= 64 else { throw reader.error("xid", "longer than 64 bytes") }
        globalID = try reader.array(Int(globalLength), "gtrid")
        branchQualifier = try reader.array(Int(branchLength), "bqual")
    }
}

extension BinlogTransactionPayload {
    /// The fields of the event, and the payload's bytes.
    static func decode(_ reader: inout WireReader) throws(WireError) -> (BinlogTransactionPayload, ByteBuffer) {
        var compression: UInt64 = 0
        var uncompressedSize: UInt64?
        var size: UInt64?
        fields: while true {
            let type = try reader.lengthEncoded("field_type")
            if type == 0 { break fields }
            var value = WireReader(try reader.lengthEncodedBytes("field"), packet: "TRANSACTION_PAYLOAD field")
            switch type {
            case 1: size = try value.lengthEncoded("payload_size")
            case 2: compression = try value.lengthEncoded("compression_type")
            case 3: uncompressedSize = try value.lengthEncoded("uncompressed_size")
            default: break
            }
        }
        let payload = reader.rest()
        if let size, size != UInt64(payload.readableBytes) {
            throw reader.error("payload_size", "\(size) bytes, but \(payload.readableBytes) are there")
        }
        return (
            BinlogTransactionPayload(
                compression: compression,
                compressedSize: payload.readableBytes,
                uncompressedSize: uncompressedSize,
                events: nil
            ),
            payload
        )
    }
}

extension BinlogEvent.Body {
    static func rotate(_ reader: inout WireReader) throws(WireError) -> Self {
        let position: UInt64 = try reader.integer("position")
        return .rotate(file: String(buffer: reader.rest()), position: position)
    }

    static func incident(_ reader: inout WireReader) throws(WireError) -> Self {
        let number: UInt16 = try reader.integer("incident")
        let length: UInt8 = try reader.integer("message_length")
        return .incident(number: number, message: String(buffer: try reader.bytes(Int(length), "message")))
    }

    /// Version 2 has numbered fields: 0 ends them, 1 is the file's name, 2 the position.
    static func heartbeat(_ reader: inout WireReader, isVersion2: Bool) throws(WireError) -> Self {
        guard isVersion2 else { return .heartbeat(file: String(buffer: reader.rest())) }
        var file = ""
        while !reader.isAtEnd {
            let type: UInt8 = try reader.integer("field_type")
            if type == 0 { break }
            let value = try reader.lengthEncodedBytes("field")
            if type == 1 { file = String(buffer: value) }
        }
        return .heartbeat(file: file)
    }

    /// The length byte in front of the text is cut to eight bits, so the text is what is left.
    static func rowsQuery(_ reader: inout WireReader) throws(WireError) -> Self {
        try reader.skip(1, "length")
        return .rowsQuery(String(buffer: reader.rest()))
    }
}
