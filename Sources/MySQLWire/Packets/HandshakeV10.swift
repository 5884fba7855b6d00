package import NIOCore

/// Protocol::HandshakeV10: the server's greeting.
///
/// `0x0A, version NUL, thread_id u32, auth_1[8], 0x00, capabilities_lo u16, charset u8, status u16, capabilities_hi
/// u16, auth_len u8, reserved[10], auth_2[max(13, auth_len - 8)], plugin NUL`. What follows `capabilities_lo` may be
/// missing from very old servers; the NUL of the plugin's name from old ones.
/// See [HandshakeV10](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html).
package struct HandshakeV10: Sendable, Equatable {
    package var serverVersion: String
    package var connectionID: UInt32
    /// Exactly 20 bytes, however many the server sent.
    package var nonce: [UInt8]
    package var capabilities: CapabilityFlags
    package var characterSet: UInt8
    package var status: ServerStatus
    /// Nil where the server names none.
    package var authenticationPlugin: String?
    /// MariaDB's further flags, in the last four bytes of what MySQL reserves; 0 from MySQL.
    package var extendedCapabilities: UInt32 = 0

    package init(
        serverVersion: String,
        connectionID: UInt32,
        nonce: [UInt8],
        capabilities: CapabilityFlags,
        characterSet: UInt8 = 255,
        status: ServerStatus = .autocommit,
        authenticationPlugin: String?
    ) {
        self.serverVersion = serverVersion
        self.connectionID = connectionID
        self.nonce = nonce
        self.capabilities = capabilities
        self.characterSet = characterSet
        self.status = status
        self.authenticationPlugin = authenticationPlugin
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> HandshakeV10 {
        var reader = WireReader(payload, packet: "HandshakeV10")
        let version: UInt8 = try reader.integer("protocol version")
        guard version == 10 else { throw reader.error("protocol version", "\(version) instead of 10") }
        let serverVersion = String(buffer: try reader.nullTerminated("server version"))
        let connectionID: UInt32 = try reader.integer("thread id")
        var nonce = Array(buffer: try reader.bytes(8, "auth-plugin-data-part-1"))
        try reader.skip(1, "filler")
        var capabilities = UInt32(try reader.integer("capabilities", as: UInt16.self))
        var greeting = HandshakeV10(
            serverVersion: serverVersion,
            connectionID: connectionID,
            nonce: nonce,
            capabilities: CapabilityFlags(rawValue: capabilities),
            authenticationPlugin: nil
        )
        if !reader.isAtEnd {
            greeting.characterSet = try reader.integer("character set")
            greeting.status = ServerStatus(rawValue: try reader.integer("status"))
            capabilities |= UInt32(try reader.integer("capabilities", as: UInt16.self)) << 16
            greeting.capabilities = CapabilityFlags(rawValue: capabilities)
            let nonceLength = Int(try reader.integer("auth-plugin-data-len", as: UInt8.self))
            try reader.skip(6, "reserved")
            greeting.extendedCapabilities = try reader.integer("reserved")
            if greeting.capabilities.contains(.secureConnection) {
                // The length counts both parts and a NUL; anything below 21 is taken as that (manual).
                nonce += Array(
                    buffer: try reader.bytes(min(max(13, nonceLength - 8), reader.remaining), "auth-plugin-data-part-2")
                )
            }
            if greeting.capabilities.contains(.pluginAuth), !reader.isAtEnd {
                greeting.authenticationPlugin = String(buffer: try reader.nullTerminatedOrRest("auth plugin name"))
            }
        }
        greeting.nonce = Array((nonce + Array(repeating: 0, count: 20)).prefix(20))
        return greeting
    }

    /// In the form that MySQL 5.7 and later send.
    package func encode() -> ByteBuffer {
        let nonce = self.nonce.prefix(20) + Array(repeating: 0, count: max(0, 20 - self.nonce.count))
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(10))
        buffer.writeNullTerminated(serverVersion)
        buffer.writeLittle(connectionID)
        buffer.writeBytes(nonce.prefix(8))
        buffer.writeInteger(UInt8(0))
        buffer.writeLittle(UInt16(truncatingIfNeeded: capabilities.rawValue))
        buffer.writeInteger(characterSet)
        buffer.writeLittle(status.rawValue)
        buffer.writeLittle(UInt16(truncatingIfNeeded: capabilities.rawValue >> 16))
        buffer.writeInteger(UInt8(capabilities.contains(.pluginAuth) ? 21 : 0))
        buffer.writeRepeatingByte(0, count: 6)
        buffer.writeLittle(extendedCapabilities)
        if capabilities.contains(.secureConnection) {
            buffer.writeBytes(nonce.dropFirst(8))
            buffer.writeInteger(UInt8(0))
        }
        if capabilities.contains(.pluginAuth) { buffer.writeNullTerminated(authenticationPlugin ?? "") }
        return buffer
    }
}
