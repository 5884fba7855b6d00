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
