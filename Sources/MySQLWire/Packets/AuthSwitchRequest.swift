package import NIOCore

/// Protocol::AuthSwitchRequest: `0xFE, plugin NUL, data`. With the 0xFE alone it asks for the authentication of
/// before 4.1, which no one should answer.
/// See [AuthSwitchRequest](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_switch_request.html).
package struct AuthSwitchRequest: Sendable, Equatable {
    package var plugin: String
    package var data: ByteBuffer

    package init(plugin: String, data: ByteBuffer) {
        self.plugin = plugin
        self.data = data
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> AuthSwitchRequest {
        var reader = WireReader(payload, packet: "AuthSwitchRequest")
        try reader.skip(1, "header")
        guard !reader.isAtEnd else {
            throw reader.error("plugin name", "the server asks for mysql_old_password, which is not supported")
        }
        let plugin = String(buffer: try reader.nullTerminatedOrRest("plugin name"))
        return AuthSwitchRequest(plugin: plugin, data: reader.rest())
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0xFE))
        buffer.writeNullTerminated(plugin)
        buffer.writeImmutableBuffer(data)
        return buffer
    }
}
