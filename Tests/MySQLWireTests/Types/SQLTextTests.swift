import MySQLWire
import Testing

@Suite struct SQLTextTests {
    @Test func `quotes and backslashes cannot end a literal`() {
        #expect(SQLText.literal("it's") == "'it''s'")
        #expect(SQLText.literal("a\\'b\0\n\r\u{1A}") == "'a\\\\''b\\0\\n\\r\\Z'")
        #expect(SQLText.literal("a\\'b\n", noBackslashEscapes: true) == "'a\\''b\n'")
        #expect(SQLText.literal("naïve 🐬") == "'naïve 🐬'")
        // A quote joined to a combining character is one Character of Swift, but still a quote to the server.
        #expect(SQLText.literal("'\u{301}") == "''''\u{301}'" || SQLText.literal("'\u{301}") == "'''\u{301}'")
    }

    @Test func `a literal for any session holds neither a backslash nor half a character`() {
        #expect(SQLText.literal(inAnySession: "it's\n\0") == "'it''s\n\0'")
        #expect(SQLText.literal(inAnySession: "a\\'") == "_utf8mb4 x'615C27'")
        #expect(SQLText.literal(inAnySession: "é'") == "_utf8mb4 x'C3A927'")
        #expect(SQLText.literal(inAnySession: "'\u{301}") == "_utf8mb4 x'27CC81'")
        #expect(SQLText.literal(inAnySession: "") == "''")
    }

    @Test func `bytes become a hexadecimal literal`() {
        #expect(SQLText.literal(bytes: [0, 0xAB, 0xFF] as [UInt8]) == "x'00ABFF'")
    }

    @Test func `identifiers are quoted, and refused where no identifier can be`() throws {
        #expect(try SQLText.identifier("a`b") == "`a``b`")
        #expect(try SQLText.identifier("`\u{301}") == "```\u{301}`")
        #expect(throws: MySQLError.self) { try SQLText.identifier("") }
        #expect(throws: MySQLError.self) { try SQLText.identifier("a\0b") }
    }
}
