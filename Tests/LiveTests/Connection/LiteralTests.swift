import MySQLWire
import ReplicaLab
import Testing

/// Text that becomes part of a statement, in sessions that are not what they were at the login.
@Suite("Literals on a real server", .needsServer) struct LiteralTests {
    private static let server = Task {
        try await LiveServers.openLab().startServer("literal", serverID: 18)
    }

    private func connect() async throws -> MySQLConnection {
        try await MySQLConnection.connect(to: Self.server.value.configuration)
    }

    /// Backslashes and quotes behind bytes that are the first half of a character in one of the sets below.
    private static let texts =
        ["\u{FFFD}'", "縗'", "縗\\", "縗\\'", "縗\0'", "縗\n'", "é\\' OR 1=1 -- ", "表\\'", "ソ'", "ソ\\", "\\", "'"]
        + (0x80...0xBF).flatMap { last -> [String] in
            // Each byte that ends a character in UTF-8, right before what must be quoted.
            let character = String(decoding: [0xE7, 0xB8, UInt8(last)], as: UTF8.self)
            return [character + "'", character + "\\", character + "\\'; SELECT 2 -- "]
        }

    private static func hex(_ text: String) -> String {
        String(SQLText.literal(bytes: text.utf8).dropFirst(2).dropLast())
    }

    @Test(arguments: ["big5", "sjis", "cp932", "gbk", "gb2312", "gb18030", "latin1", "ujis", "euckr", "utf8mb4"])
    func `a literal for any session is one literal and the same text in each character set, and so is a bound value`(
        charset: String
    ) async throws {
        let connection = try await connect()
        for mode in ["DEFAULT", "'NO_BACKSLASH_ESCAPES'"] {
            _ = try await connection.collect(sql: "SET NAMES \(charset)")
            _ = try await connection.collect(sql: "SET SESSION sql_mode = \(mode)")
            for text in Self.texts {
                let result = try await connection.collect(sql: "SELECT HEX(\(SQLText.literal(inAnySession: text)))")
                #expect(result.rows.count == 1 && result.scalar == Self.hex(text), "\(text)")
            }
        }
        let bytes = Array("縗\\'".utf8)
        #expect(try await connection.collect("SELECT HEX(\(bytes))").scalar == "E7B8975C27")
        await connection.close()
    }

    /// The flag of the OK packet says one thing, and the session does another: a procedure's mode ends with it.
    @Test func `a procedure that sets its mode changes no literal for any session`() async throws {
        let connection = try await connect()
        _ = try await connection.collect(sql: "CREATE DATABASE IF NOT EXISTS literal")
        try await connection.selectDatabase("literal")
        _ = try await connection.collect(sql: "DROP PROCEDURE IF EXISTS flip")
        _ = try await connection.collect(
            sql: "CREATE PROCEDURE flip() SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'"
        )
        _ = try await connection.collect(sql: "CALL flip()")
        #expect(connection.status.contains(.noBackslashEscapes))
        #expect(try await connection.collect(sql: "SELECT LENGTH('\\\\')").scalar == "1")
        for text in Self.texts {
            let result = try await connection.collect(sql: "SELECT HEX(\(SQLText.literal(inAnySession: text)))")
            #expect(result.rows.count == 1 && result.scalar == Self.hex(text), "\(text)")
        }
        await connection.close()
    }

    @Test func `a recording of a session whose flag is wrong holds no password`() async throws {
        let memory = RecordingMemory()
        let tap = RecordingTap(scenario: "a wrong flag", sink: memory)
        let connection = try await MySQLConnection.connect(to: Self.server.value.configuration, tap: tap)
        _ = try await connection.collect(sql: "CREATE DATABASE IF NOT EXISTS literal")
        try await connection.selectDatabase("literal")
        _ = try await connection.collect(sql: "DROP PROCEDURE IF EXISTS flop")
        _ = try await connection.collect(
            sql: "CREATE PROCEDURE flop() SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'"
        )
        _ = try await connection.collect(sql: "CALL flop()")
        _ = try await connection.collect(sql: "CREATE USER flagged IDENTIFIED BY 'x\\'hunter2'")
        _ = try await connection.collect(sql: "DROP USER flagged")
        await connection.close()
        tap.finish()
        let text = await memory.finished()
        #expect(text.contains("CREATE USER flagged") && !text.contains("hunter2"))
        #expect(!text.replacing("\n  ", with: "").contains("68756e74657232"))
    }
}
