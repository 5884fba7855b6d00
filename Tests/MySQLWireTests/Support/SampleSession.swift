import MySQLWire
import NIOCore

/// A made-up session, for tests of what lies between client and server.
enum SampleSession {
    static let capabilities: CapabilityFlags = [
        .longPassword, .protocol41, .secureConnection, .pluginAuth, .pluginAuthLengthEncoded, .deprecateEOF,
    ]

    static func framed(_ sequence: UInt8, _ payload: ByteBuffer) -> ByteBuffer {
        var sequence = sequence
        return PacketEncoder.frame(payload, sequence: &sequence)
    }

    static let connectionID: UInt32 = 42
    static func greeting(
        capabilities: CapabilityFlags = capabilities.union([.ssl]),
        plugin: String = "caching_sha2_password"
    ) -> ByteBuffer {
        HandshakeV10(
            serverVersion: "9.7.4-test",
            connectionID: connectionID,
            nonce: (1...20).map { UInt8($0) },
            capabilities: capabilities,
            authenticationPlugin: plugin
        ).encode()
    }

    static func response(proof: [UInt8], plugin: String = "caching_sha2_password") -> ByteBuffer {
        HandshakeResponse41(
            capabilities: capabilities,
            maximumPacket: 1 << 24,
            characterSet: 255,
            username: "someone",
            authenticationResponse: proof,
            database: nil,
            authenticationPlugin: plugin,
            attributes: []
        ).encode()
    }

    /// A login by switch to a clear password, a statement that sets one, its error, a ping, a change of user.
    static func whole(password: String) -> [(RecordingEntry.Sender, ByteBuffer)] {
        let secret = ByteBuffer(string: password + "\0")
        let ok = ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])
        var change = ByteBuffer(bytes: [0x11])
        change.writeNullTerminated("someone")
        change.writeInteger(UInt8(secret.readableBytes))
        change.writeImmutableBuffer(secret)
        change.writeNullTerminated("")
        var register = ByteBuffer(bytes: [0x15, 1, 0, 0, 0, 0, 1, UInt8(ascii: "u")])
        register.writeInteger(UInt8(password.utf8.count))
        register.writeString(password)
        register.writeBytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        return [
            (.server, framed(0, greeting())),
            (.client, framed(1, response(proof: Array(password.utf8), plugin: "mysql_clear_password"))),
            (.server, framed(2, AuthSwitchRequest(plugin: "mysql_clear_password", data: ByteBuffer()).encode())),
            (.client, framed(3, secret)),
            (.server, framed(4, ok)),
            (.client, framed(0, Command.query("SET PASSWORD = '\(password)' oops").encode())),
            (
                .server,
                framed(1, ERRPacket(number: 1064, sqlState: "42000", message: "near '\(password)' oops").encode())
            ),
            (.client, framed(0, Command.ping.encode())),
            (.server, framed(1, ok)),
            (.client, framed(0, register)),
            (.server, framed(1, ok)),
            (.client, framed(0, change)),
            (.server, framed(1, ok)),
        ]
    }
}
