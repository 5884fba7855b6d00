package import NIOCore

/// Protocol::HandshakeResponse41: the client's login.
///
/// `capabilities u32, max_packet u32, charset u8, zero[23], user NUL, auth (lenenc with
/// PLUGIN_AUTH_LENENC_CLIENT_DATA, else one byte of length), database NUL with CONNECT_WITH_DB, plugin NUL with
/// PLUGIN_AUTH, attributes (lenenc total, then lenenc pairs) with CONNECT_ATTRS, zstd level u8 with
/// ZSTD_COMPRESSION_ALGORITHM`.
/// See [HandshakeResponse41](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html).
package struct HandshakeResponse41: Sendable, Equatable {
    package var capabilities: CapabilityFlags
    package var maximumPacket: UInt32
    package var characterSet: UInt8
    package var username: String
    package var authenticationResponse: [UInt8]
    package var database: String?
    package var authenticationPlugin: String?
    package var attributes: [Attribute]
    /// MariaDB's further flags, in the last four bytes of what MySQL reserves; this client has none.
    package var extendedCapabilities: UInt32 = 0
    /// Of what the server sends; the server takes 1 to 22.
    package var zstdLevel: UInt8 = 3

    package struct Attribute: Sendable, Equatable {
        package var name: String
        package var value: String
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        capabilities: CapabilityFlags,
        maximumPacket: UInt32,
        characterSet: UInt8,
        username: String,
        authenticationResponse: [UInt8],
        database: String?,
        authenticationPlugin: String?,
        attributes: [Attribute]
    ) {
        self.capabilities = capabilities
        self.maximumPacket = maximumPacket
        self.characterSet = characterSet
        self.username = username
        self.authenticationResponse = authenticationResponse
        self.database = database
        self.authenticationPlugin = authenticationPlugin
        self.attributes = attributes
    }

    package func encode() -> ByteBuffer {
        var buffer = SSLRequest(capabilities: capabilities, maximumPacket: maximumPacket, characterSet: characterSet)
            .encode()
        if extendedCapabilities != 0 {
            buffer.setInteger(extendedCapabilities, at: SSLRequest.length - 4, endianness: .little)
        }
        buffer.writeNullTerminated(username)
        if capabilities.contains(.pluginAuthLengthEncoded) {
            buffer.writeLengthEncoded(bytes: authenticationResponse)
        } else {
            buffer.writeInteger(UInt8(clamping: authenticationResponse.count))
            buffer.writeBytes(authenticationResponse.prefix(255))
        }
        if capabilities.contains(.connectWithDB) { buffer.writeNullTerminated(database ?? "") }
        if capabilities.contains(.pluginAuth) { buffer.writeNullTerminated(authenticationPlugin ?? "") }
        if capabilities.contains(.connectAttributes) { buffer.write(attributes: attributes) }
        if capabilities.contains(.zstdCompression) { buffer.writeInteger(zstdLevel) }
        return buffer
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> HandshakeResponse41 {
        var reader = WireReader(payload, packet: "HandshakeResponse41")
        let capabilities = CapabilityFlags(rawValue: try reader.integer("capabilities"))
        guard capabilities.contains(.protocol41) else { throw reader.error("capabilities", "without PROTOCOL_41") }
        var response = HandshakeResponse41(
            capabilities: capabilities,
            maximumPacket: try reader.integer("max packet size"),
            characterSet: try reader.integer("character set"),
            username: "",
            authenticationResponse: [],
            database: nil,
            authenticationPlugin: nil,
            attributes: []
        )
        try reader.skip(19, "filler")
        response.extendedCapabilities = try reader.integer("filler")
        response.username = String(buffer: try reader.nullTerminated("username"))
        response.authenticationResponse = Array(buffer: try decodeProof(&reader, capabilities))
        if capabilities.contains(.connectWithDB) {
            response.database = String(buffer: try reader.nullTerminated("database"))
        }
        if capabilities.contains(.pluginAuth) {
            response.authenticationPlugin = String(buffer: try reader.nullTerminatedOrRest("client plugin name"))
        }
        if capabilities.contains(.connectAttributes), !reader.isAtEnd {
            response.attributes = try reader.connectionAttributes()
        }
        if capabilities.contains(.zstdCompression), !reader.isAtEnd {
            response.zstdLevel = try reader.integer("zstd level")
            // MariaDB's Connector/C sends it as four bytes.
            if reader.remaining == 3 { try reader.skip(3, "zstd level") }
        }
        guard reader.isAtEnd else { throw reader.error("end", "bytes after the last field") }
        return response
    }

    private static func decodeProof(
        _ reader: inout WireReader,
        _ capabilities: CapabilityFlags
    ) throws(WireError) -> ByteBuffer {
        if capabilities.contains(.pluginAuthLengthEncoded) { return try reader.lengthEncodedBytes("auth response") }
        if capabilities.contains(.secureConnection) {
            return try reader.bytes(Int(try reader.integer("auth response length", as: UInt8.self)), "auth response")
        }
        return try reader.nullTerminated("auth response")
    }
}
