package import NIOCore

/// ERR_Packet: `0xFF, number u16, '#' and five bytes of SQLSTATE, message`. Before the greeting, where the
/// capabilities are not known, there is no SQLSTATE: so it is taken as one only behind a '#'.
/// See [ERR_Packet](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html).
package struct ERRPacket: Sendable, Equatable {
    package var number: UInt16
    package var sqlState: String?
    /// In the session's character set, as the names of columns are.
    package var message: String
    /// The message as it came, where it is not UTF-8.
    package var rawMessage: [UInt8]?

    package init(number: UInt16, sqlState: String?, message: String) {
        self.number = number
        self.sqlState = sqlState
        self.message = message
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> ERRPacket {
        var reader = WireReader(payload, packet: "ERR_Packet")
        try reader.skip(1, "header")
        let number: UInt16 = try reader.integer("error code")
        var sqlState: String?
        if reader.peek() == UInt8(ascii: "#"), reader.remaining >= 6 {
            try reader.skip(1, "sql state marker")
            sqlState = String(buffer: try reader.bytes(5, "sql state"))
        }
        let (message, raw) = WireReader.text(of: reader.rest())
        var packet = ERRPacket(number: number, sqlState: sqlState, message: message)
        packet.rawMessage = raw
        return packet
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0xFF))
        buffer.writeLittle(number)
        if let sqlState { buffer.writeString("#\(sqlState)") }
        if let rawMessage { buffer.writeBytes(rawMessage) } else { buffer.writeString(message) }
        return buffer
    }
}
