package import NIOCore

/// COM_CHANGE_USER (manual): `0x11, user NUL, length u8, auth response, database NUL, charset u16, plugin NUL with
/// PLUGIN_AUTH, attributes (lenenc total, then lenenc pairs) with CONNECT_ATTRS`.
/// See [COM_CHANGE_USER](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_change_user.html).
package struct ChangeUserCommand: Sendable, Equatable {
    /// Who the session's user is to be, as ``Command`` asks for it.
    package struct Account: Sendable, Equatable {
        package var username: String
        package var password: Secret?
        package var database: String?

        package init(username: String, password: Secret?, database: String?) {
            self.username = username
            self.password = password
            self.database = database
        }
    }

    package var username: String
    /// At most 255 bytes.
    package var authenticationResponse: [UInt8]
    /// Empty for none.
    package var database: String
    package var characterSet: UInt16
    package var authenticationPlugin: String?
    package var attributes: [HandshakeResponse41.Attribute]

    package init(
        username: String,
        authenticationResponse: [UInt8],
        database: String,
        characterSet: UInt16,
        authenticationPlugin: String?,
        attributes: [HandshakeResponse41.Attribute]
    ) {
        self.username = username
        self.authenticationResponse = authenticationResponse
        self.database = database
        self.characterSet = characterSet
        self.authenticationPlugin = authenticationPlugin
        self.attributes = attributes
    }

    package func encode(capabilities: CapabilityFlags) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0x11))
        buffer.writeNullTerminated(username)
        buffer.writeInteger(UInt8(clamping: authenticationResponse.count))
        buffer.writeBytes(authenticationResponse.prefix(255))
        buffer.writeNullTerminated(database)
        buffer.writeLittle(characterSet)
        if capabilities.contains(.pluginAuth) { buffer.writeNullTerminated(authenticationPlugin ?? "") }
        if capabilities.contains(.connectAttributes) { buffer.write(attributes: attributes) }
        return buffer
    }

    package static func decode(
        _ payload: ByteBuffer,
        capabilities: CapabilityFlags
    ) throws(WireError) -> ChangeUserCommand {
        var reader = WireReader(payload, packet: "COM_CHANGE_USER")
        try reader.skip(1, "command")
        var command = ChangeUserCommand(
            username: String(buffer: try reader.nullTerminated("user")),
            authenticationResponse: [],
            database: "",
            characterSet: 0,
            authenticationPlugin: nil,
            attributes: []
        )
        let length: UInt8 = try reader.integer("auth response length")
        command.authenticationResponse = Array(buffer: try reader.bytes(Int(length), "auth response"))
        command.database = String(buffer: try reader.nullTerminated("database"))
        command.characterSet = try reader.integer("character set")
        if capabilities.contains(.pluginAuth) {
            command.authenticationPlugin = String(buffer: try reader.nullTerminatedOrRest("plugin name"))
        }
        if capabilities.contains(.connectAttributes), !reader.isAtEnd {
            command.attributes = try reader.connectionAttributes()
        }
        guard reader.isAtEnd else { throw reader.error("end", "bytes after the last field") }
        return command
    }
}
