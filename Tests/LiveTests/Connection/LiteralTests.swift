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

    @Test(arguments: ["big5", "sjis", "cp932", "gbk", "gb2312", "gb18030", "latin1", "ujis", "euckr"])
    func `a literal is refused in another character set, and a bound value is itself in it`(charset: String)
        async throws
    {
        let connection = try await connect()
        _ = try await connection.collect(sql: "SET NAMES \(charset)")
        for text in Self.texts {
            let error = #expect(throws: MySQLError.self) { try connection.literal(text) }
            #expect(error?.code == .invalidArgument)
        }
        // Bound as bytes, it is no text of the session's.
        let bytes = Array("縗\\'".utf8)
        #expect(try await connection.collect("SELECT HEX(\(bytes))").scalar == "E7B8975C27")
        for statement in ["SET NAMES utf8mb4", "SET NAMES utf8mb3"] {
            _ = try await connection.collect(sql: statement)
            #expect(throws: Never.self) { try connection.literal("a") }
        }
        _ = try await connection.collect(sql: "SET NAMES \(charset)")
        try await connection.reset()
        #expect(throws: Never.self) { try connection.literal("a") }
        await connection.close()
    }

    @Test func `a literal keeps its text when a procedure has turned the backslash's meaning around`() async throws {
        let connection = try await connect()
        _ = try await connection.collect(sql: "CREATE DATABASE IF NOT EXISTS literal")
        try await connection.selectDatabase("literal")
        for (name, mode) in [("flip", "'NO_BACKSLASH_ESCAPES'"), ("back", "DEFAULT")] {
            _ = try await connection.collect(sql: "DROP PROCEDURE IF EXISTS \(name)")
            _ = try await connection.collect(sql: "CREATE PROCEDURE \(name)() SET SESSION sql_mode = \(mode)")
        }
        for (procedure, isFlipped) in [("flip", true), ("back", false), ("flip", true)] {
            _ = try await connection.collect(sql: "CALL \(procedure)()")
            #expect(connection.status.contains(.noBackslashEscapes) == isFlipped)
            for text in Self.texts {
                let result = try await connection.collect(sql: "SELECT HEX(\(try connection.literal(text)))")
                let found = result.scalar
                #expect(
                    found == Array(text.utf8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().uppercased()
                )
                #expect(result.rows.count == 1)
            }
        }
        await connection.close()
    }
}
