import Foundation
import MySQLWire
import TestSupport
import Testing

/// What has to be recorded, by name and by what it holds: a recording that is deleted, emptied, or no longer replayed
/// would be missed by no other test.
@Suite struct FixtureListTests {
    struct Entry: Sendable {
        let name: String
        /// What its text tells, in this order.
        let holds: [String]

        init(_ name: String, _ holds: String...) {
            self.name = name
            self.holds = holds
        }
    }

    static let mysql = [
        // Logins.
        Entry("login-fast-plain", "HandshakeV10", "fast authentication succeeded", "OK"),
        Entry("login-fast-tls", "SSLRequest", "! tls", "fast authentication succeeded", "OK"),
        Entry("login-full-tls", "! tls", "full authentication wanted", "authentication, redacted", "OK"),
        Entry("login-full-rsa", "full authentication wanted", "asks for the RSA key", "authentication, redacted", "OK"),
        Entry("login-empty-password", "user nobody", "OK", "SELECT DATABASE()"),
        Entry("login-denied", "authentication, redacted", "ERR 1045 (28000)"),
        Entry("login-no-database", "ERR 1049 (42000)"),
        Entry("login-no-safe-way", "full authentication wanted", "! closed"),
        Entry("login-refused-plugin", "AuthSwitchRequest, sha256_password", "! closed"),
        Entry("error-before-greeting", "ERR 1040 (-)"),
        // Results.
        Entry("results", "SELECT NULL, ''", "row NULL '' 'x' NULL", "WHERE 1 = 0", "COM_QUERY SET @a = 1"),
        Entry("column-types", "column a, type 1", "column y, type 242"),
        Entry("many-columns", "300 columns"),
        Entry("cursors", "COM_STMT_EXECUTE", "COM_STMT_FETCH"),
        Entry("long-data", "COM_STMT_SEND_LONG_DATA", "COM_STMT_EXECUTE"),
        Entry("several-results", "CALL", "row '1'", "row '2' NULL", "OK"),
        Entry("multi-packet-row", "row", "continues the payload", "OK"),
        Entry("multi-packet-statement", "COM_QUERY", "continues the payload", "row '16777315'"),
        Entry("old-eof", "EOF", "row '1' NULL", "EOF", "CALL", "EOF", "row '2' NULL", "EOF", "ERR 3037"),
        Entry("errors", "ERR 1064 (42000)", "ERR 1049 (42000)", "row", "ERR 3037", "row '1'"),
        Entry("commands", "COM_PING", "COM_INIT_DB", "COM_RESET_CONNECTION", "COM_QUIT"),
        Entry(
            "session-commands",
            "COM_STATISTICS",
            "COM_SET_OPTION",
            "COM_CHANGE_USER",
            "AuthSwitchRequest",
            "with 2 attributes",
            "LOCAL INFILE data",
            "LOCAL INFILE request"
        ),
        Entry("idle-error", "ERR 4031"),
        // From within, where nothing is compressed.
        Entry("compressed-zlib", "HandshakeResponse41", "OK", "row '1' 'aaa", "ERR 1064 (42000)", "COM_PING"),
        Entry("compressed-zstd", "HandshakeResponse41", "OK", "row '1' 'aaa", "ERR 1064 (42000)", "COM_PING"),
        // Replication.
        Entry("source-status", "SHOW BINARY LOG STATUS", "column File", "SHOW BINARY LOGS", "SHOW REPLICAS"),
        Entry("replica-running", "SHOW REPLICA STATUS", "row"),
        Entry("replica-connecting", "SHOW REPLICA STATUS", "row"),
        Entry("replica-stopped", "SHOW REPLICA STATUS", "row"), Entry("replica-error", "SHOW REPLICA STATUS", "row"),
        Entry("replica-none", "SHOW REPLICA STATUS", "column Source_Host"),
        // The official client.
        Entry("mysql-login-fast", "fast authentication succeeded", "SELECT DATABASE()"),
        Entry("mysql-login-full-rsa", "asks for the RSA key", "authentication, redacted", "OK"),
        Entry("mysql-login-denied", "ERR 1045"),
        Entry("mysql-session", "ERR 1146", "ERR 1062", "CALL p()"),
        Entry("mysql-commands", "COM_STATISTICS", "COM_RESET_CONNECTION"),
        Entry("mysql-passwords", "ERR 1064"),
        Entry("mysql-local-infile", "LOCAL INFILE"),
        Entry("mysql-query-attributes", "COM_QUERY with 2 attributes, SELECT 1", "COM_QUERY SELECT 2"),
        Entry("mysql-tls-hidden", "HandshakeResponse41", "Ssl_cipher"),
        Entry("mysql-tls-opaque", "SSLRequest", "! opaque tls"),
        Entry("mysql-compressed", "OK", "! opaque compression"),
        Entry("mysql-names", "fast authentication succeeded", "SET NAMES utf8mb4", "SELECT 2, NULL, 'ü'", "COM_QUIT"),
        // PyMySQL.
        Entry("pymysql-login-fast", "fast authentication succeeded", "SELECT CURRENT_USER()"),
        Entry("pymysql-login-full-rsa", "asks for the RSA key", "authentication, redacted", "OK"),
        Entry("pymysql-login-denied", "ERR 1045"),
        Entry("pymysql-tls-opaque", "SSLRequest", "! opaque tls"),
        Entry(
            "pymysql-session",
            "COM_INIT_DB",
            "INSERT INTO t (v, b) VALUES",
            "ERR 1064",
            "ERR 1146",
            "ERR 1062",
            "CALL `p`(",
            "SELECT 1; SET @a = 2",
            "COM_PING",
            "WITH RECURSIVE",
            "COM_QUIT"
        ),
        Entry(
            "pymysql-local-infile",
            "LOCAL INFILE request",
            "LOCAL INFILE data",
            "OK",
            "LOCAL INFILE request",
            "Records: 0"
        ),
    ]

    static let mariadb = [
        Entry("login-native", "mysql_native_password", "OK", "row '1' NULL ''"),
        Entry("login-native-denied", "ERR 1045"), Entry("login-native-empty", "user nobody", "OK"),
        Entry("login-old-password", "AuthSwitchRequest", "! closed"),
        Entry("login-ed25519", "AuthSwitchRequest, client_ed25519", "authentication, redacted", "OK", "COM_PING"),
        Entry("cursors", "COM_STMT_EXECUTE", "COM_STMT_FETCH"),
        Entry("long-data", "COM_STMT_SEND_LONG_DATA", "COM_STMT_EXECUTE"),
        Entry("mariadb-session", "HandshakeResponse41", "COM_QUERY"),
        Entry("pymysql-login-native", "mysql_native_password", "OK", "SELECT CURRENT_USER()", "ERR 1064"),
    ]

    static let newerMariaDB = [
        Entry("login-parsec", "AuthSwitchRequest, parsec", "AuthMoreData", "authentication, redacted", "OK", "COM_PING")
    ]

    /// With the reason: nothing of what they hold behind another client's login is readable, or ours to speak.
    static let unplayable = [
        "mysql-9.7.4/mysql-tls-opaque": "nothing is known after the SSLRequest",
        "mysql-9.7.4/mysql-compressed": "nothing is known after the login",
        "mysql-9.7.4/mysql-login-denied": "nothing follows the login, which is another client's",
        "mysql-9.7.4/pymysql-tls-opaque": "nothing is known after the SSLRequest",
        "mysql-9.7.4/pymysql-login-denied": "nothing follows the login, which is another client's",
        "mariadb-10.11.18/mariadb-session": "it speaks extensions that our client does not have",
    ]

    static let listed: [(String, Entry)] =
        mysql.map { ("mysql-9.7.4/" + $0.name, $0) } + mariadb.map { ("mariadb-10.11.18/" + $0.name, $0) }
        + newerMariaDB.map { ("mariadb-11.8.9/" + $0.name, $0) }

    @Test func `Every recording is listed here, and every listed one is there`() {
        #expect(WireFixture.all.map(\.name) == Self.listed.map(\.0).sorted())
    }

    @Test func `All are replayed, but those of which it is said why not`() {
        let replayed = Set(WireFixture.replayable.map(\.name))
        #expect(Set(WireFixture.all.map(\.name)).subtracting(replayed) == Set(Self.unplayable.keys))
    }

    @Test(arguments: listed) func `Each holds what its name says`(name: String, entry: Entry) throws {
        var rest = try WireFixture.named(name).text()[...]
        for part in entry.holds {
            let found = try #require(rest.range(of: part), "no \(part) behind what came before it")
            rest = rest[found.upperBound...]
        }
    }
}
