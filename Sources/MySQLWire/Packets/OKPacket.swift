package import NIOCore

/// OK_Packet: `0x00 or 0xFE, affected_rows lenenc, last_insert_id lenenc, status u16, warnings u16, info`.
///
/// With SESSION_TRACK `info` is length-encoded (and missing when there is nothing more), and state changes follow if
/// the status says so; without it `info` is the rest of the packet.
/// See [OK_Packet](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html).
package struct OKPacket: Sendable, Equatable {
    package var completion: MySQLCompletion
    /// The session state changes as they came.
    package var sessionState: ByteBuffer?

    package init(completion: MySQLCompletion, sessionState: ByteBuffer? = nil) {
        self.completion = completion
        self.sessionState = sessionState
    }

    package static func decode(_ payload: ByteBuffer, capabilities: CapabilityFlags) throws(WireError) -> OKPacket {
        var reader = WireReader(payload, packet: "OK_Packet")
        try reader.skip(1, "header")
        var completion = MySQLCompletion()
        completion.affectedRows = try reader.lengthEncoded("affected rows")
        completion.lastInsertID = try reader.lengthEncoded("last insert id")
        completion.status = ServerStatus(rawValue: try reader.integer("status flags"))
        completion.warnings = try reader.integer("warnings")
        var sessionState: ByteBuffer?
        if capabilities.contains(.sessionTrack) {
            if !reader.isAtEnd { completion.info = try reader.lengthEncodedString("info") }
            // Whoever has nothing to say leaves out both, whatever the status says.
            if completion.status.contains(.sessionStateChanged), !reader.isAtEnd {
                let block = try reader.lengthEncodedBytes("session state")
                completion.sessionChanges = try SessionStateInformation.decode(block)
                sessionState = block
            }
        } else {
            // The manual has a string to the end here; servers put its length before it all the same.
            var prefixed = reader
            if let text = try? prefixed.lengthEncodedString("info"), prefixed.isAtEnd {
                completion.info = text
            } else {
                completion.info = String(buffer: reader.rest())
            }
        }
        return OKPacket(completion: completion, sessionState: sessionState)
    }

    /// - Parameter header: 0x00, or 0xFE at the end of rows with DEPRECATE_EOF.
    package func encode(capabilities: CapabilityFlags, header: UInt8 = 0x00) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(header)
        buffer.writeLengthEncoded(completion.affectedRows)
        buffer.writeLengthEncoded(completion.lastInsertID)
        buffer.writeLittle(completion.status.rawValue)
        buffer.writeLittle(completion.warnings)
        guard capabilities.contains(.sessionTrack) else {
            if !completion.info.isEmpty { buffer.writeLengthEncoded(string: completion.info) }
            return buffer
        }
        // A server writes neither where there is neither.
        if !completion.info.isEmpty || sessionState != nil { buffer.writeLengthEncoded(string: completion.info) }
        if let sessionState { buffer.writeLengthEncoded(bytes: sessionState.readableBytesView) }
        return buffer
    }
}
