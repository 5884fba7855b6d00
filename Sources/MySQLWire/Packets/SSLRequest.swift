package import NIOCore

/// Protocol::SSLRequest: the first 32 bytes of the HandshakeResponse41 that will follow inside TLS.
/// See [SSLRequest](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_ssl_request.html).
package struct SSLRequest: Sendable, Equatable {
    package var capabilities: CapabilityFlags
    package var maximumPacket: UInt32
    package var characterSet: UInt8

    package init(capabilities: CapabilityFlags, maximumPacket: UInt32, characterSet: UInt8) {
        self.capabilities = capabilities
        self.maximumPacket = maximumPacket
        self.characterSet = characterSet
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeLittle(capabilities.rawValue)
        buffer.writeLittle(maximumPacket)
        buffer.writeInteger(characterSet)
        buffer.writeRepeatingByte(0, count: 23)
        return buffer
    }

    package static let length = 32

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> SSLRequest {
        var reader = WireReader(payload, packet: "SSLRequest")
        let request = SSLRequest(
            capabilities: CapabilityFlags(rawValue: try reader.integer("capabilities")),
            maximumPacket: try reader.integer("max packet size"),
            characterSet: try reader.integer("character set")
        )
        try reader.skip(23, "filler")
        guard reader.isAtEnd else { throw reader.error("filler", "bytes after it") }
        return request
    }
}
