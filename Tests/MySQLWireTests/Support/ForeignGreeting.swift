import MySQLWire
import NIOCore

/// What servers that cannot be run here greet with: their capabilities, character set and name as public captures show
/// them, put together by our own encoder. The nonce is ours.
struct ForeignGreeting: Sendable, CustomStringConvertible {
    let version: String
    let capabilities: UInt32
    var characterSet: UInt8 = 8
    var plugin: String? = "mysql_native_password"
    /// MariaDB's further flags.
    var extended: UInt32 = 0
    /// The flags that our client answers with in plaintext, no database and nothing opted in.
    let answered: UInt32

    var description: String { version }

    var offers: CapabilityFlags { CapabilityFlags(rawValue: capabilities) }
    var isMariaDB: Bool { version.contains("MariaDB") }

    func payload() -> ByteBuffer {
        var greeting = HandshakeV10(
            serverVersion: version,
            connectionID: 8,
            nonce: (1...20).map { UInt8($0) },
            capabilities: offers,
            characterSet: characterSet,
            authenticationPlugin: plugin
        )
        greeting.extendedCapabilities = extended
        return greeting.encode()
    }

    static let all: [ForeignGreeting] = [
        // Captured from 5.5.46-0ubuntu0.14.04.2: ff f7 … 0f 80.
        .init(version: "5.5.46-0ubuntu0.14.04.2", capabilities: 0x800F_F7FF, answered: 0x000E_A205),
        // Captured from the images mysql:5.6.51 and Ubuntu's 5.6.28: ff f7 … 7f 80.
        .init(version: "5.6.51", capabilities: 0x807F_F7FF, answered: 0x003E_A205),
        // Captured from 5.7.19, without TLS: ff f7 … ff 81.
        .init(version: "5.7.19", capabilities: 0x81FF_F7FF, answered: 0x01BE_A205),
        // Percona names its own release behind MySQL's: 5.7.35-38, with TLS: ff ff … ff c1.
        .init(version: "5.7.35-38", capabilities: 0xC1FF_FFFF, answered: 0x01BE_A205),
        // Amazon's Aurora gives MySQL's version alone. No capture of one was found: the flags are 5.7's.
        .init(version: "5.7.12", capabilities: 0xC1FF_FFFF, answered: 0x01BE_A205),
        // sidorares/node-mysql2#2146: zstd, no query attributes yet.
        .init(
            version: "8.0.21",
            capabilities: 0xC7FF_FFFF,
            characterSet: 255,
            plugin: "caching_sha2_password",
            answered: 0x01BE_A205
        ),
        // forums.mysql.com 20,709269: 0xffff and 0xdfff.
        .init(
            version: "8.0.28",
            capabilities: 0xDFFF_FFFF,
            characterSet: 255,
            plugin: "caching_sha2_password",
            answered: 0x01BE_A205
        ),
        // Captured from the image mysql:8.4 (8.4.6, 8.4.11): ff ff … ff df.
        .init(
            version: "8.4.6",
            capabilities: 0xDFFF_FFFF,
            characterSet: 255,
            plugin: "caching_sha2_password",
            answered: 0x01BE_A205
        ),
        // Captured from 10.1.24: still CLIENT_LONG_PASSWORD, bits of its own among the upper ones, no further flags.
        .init(
            version: "5.5.5-10.1.24-MariaDB",
            capabilities: 0xA03F_F7FF,
            characterSet: 33,
            answered: 0x003E_A205
        ),
        // nmap of 10.3.15 shows 63486 for the lower half; the upper one and the further flags are those of 10.4.11.
        .init(
            version: "5.5.5-10.3.15-MariaDB-1",
            capabilities: 0x81FF_F7FE,
            extended: 0x07,
            answered: 0x01BE_A204
        ),
        // Captured from 10.5.18.
        .init(version: "5.5.5-10.5.18-MariaDB", capabilities: 0x81FF_F7FE, extended: 0x0F, answered: 0x01BE_A204),
        // sysown/proxysql#5623 lists the upper half: MULTI_STATEMENTS, MULTI_RESULTS, PS_MULTI_RESULTS, PLUGIN_AUTH,
        // SESSION_TRACK and REMEMBER_OPTIONS. The lower half: FOUND_ROWS, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS,
        // SECURE_CONNECTION.
        .init(version: "5.5.30 (ProxySQL)", capabilities: 0x808F_A20A, answered: 0x008E_A200),
        // The same issue: 3.0.7 lost all of them but PLUGIN_AUTH.
        .init(version: "8.0.27 (ProxySQL)", capabilities: 0x0008_A20A, answered: 0x0008_A200),
        // Captured from 5.7.9-vitess-12.0.6: DEPRECATE_EOF without SESSION_TRACK.
        .init(version: "5.7.9-vitess-12.0.6", capabilities: 0x013B_A20F, characterSet: 33, answered: 0x013A_A205),
    ]
}
