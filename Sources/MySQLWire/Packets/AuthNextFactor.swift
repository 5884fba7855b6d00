package import NIOCore

/// Protocol::AuthNextFactor: `0x02, plugin NUL, data`. The password before was right, and the account has another
/// factor. Only where both sides have MULTI_FACTOR_AUTHENTICATION.
/// See [AuthNextFactor](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_next_factor_request.html).
package struct AuthNextFactor: Sendable, Equatable {
    package static let header: UInt8 = 0x02

    package var plugin: String
    package var data: ByteBuffer

    package init(plugin: String, data: ByteBuffer) {
        self.plugin = plugin
        self.data = data
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> AuthNextFactor {
        var reader = WireReader(payload, packet: "AuthNextFactor")
        try reader.skip(1, "header")
        let plugin = String(buffer: try reader.nullTerminatedOrRest("plugin name"))
        return AuthNextFactor(plugin: plugin, data: reader.rest())
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(Self.header)
        buffer.writeNullTerminated(plugin)
        buffer.writeImmutableBuffer(data)
        return buffer
    }
}
