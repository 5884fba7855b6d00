package import NIOCore

/// EOF_Packet: `0xFE, warnings u16, status u16`; 5 bytes, and always fewer than 9.
/// See [EOF_Packet](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_eof_packet.html).
package struct EOFPacket: Sendable, Equatable {
    package var warnings: UInt16
    package var status: ServerStatus

    package init(warnings: UInt16, status: ServerStatus) {
        self.warnings = warnings
        self.status = status
    }

    package static func matches(_ payload: ByteBuffer) -> Bool {
        payload.readableBytes < 9 && payload.getInteger(at: payload.readerIndex, as: UInt8.self) == 0xFE
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> EOFPacket {
        var reader = WireReader(payload, packet: "EOF_Packet")
        try reader.skip(1, "header")
        return EOFPacket(
            warnings: try reader.integer("warnings"),
            status: ServerStatus(rawValue: try reader.integer("status flags"))
        )
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0xFE))
        buffer.writeLittle(warnings)
        buffer.writeLittle(status.rawValue)
        return buffer
    }
}
