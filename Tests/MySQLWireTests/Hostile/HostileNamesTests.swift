import NIOCore
import Testing

@testable import MySQLWire

/// Names that a server makes up are keys here, and nothing more (reference, section 4, "Server-controlled names used as
/// keys/code").
@Suite struct HostileNamesTests {
    private static let names = [
        "", "a\"b", "a'b", "a`b", "a\0b", "a\0", "a", "__proto__", "constructor", "toString", "\\", "\u{1B}[2J", "é",
        "e\u{301}",
        "A", "a b", "1", "🐬", "$(reboot)", "'; DROP TABLE t; --", "%s%n", String(repeating: "x", count: 5000),
    ]

    private static func row() throws -> MySQLRow {
        let definitions = try names.map { name in
            // As it comes from the network.
            try ColumnDefinition.decode(ColumnDefinition(name: name, type: .longLong).encode())
        }
        let columns = MySQLColumns(definitions)
        let payload = TextRow(names.indices.map { String($0) }).encode()
        return try #require(try MySQLRowBatch(scanning: payload, columns: columns, format: .text).first)
    }

    @Test func `each column is found by exactly its own name, whatever that holds`() throws {
        let row = try Self.row()
        for (index, name) in Self.names.enumerated() {
            #expect(row.columns[index].name.utf8.elementsEqual(name.utf8))
            #expect(try row.decode(Int.self, named: name) == index, "\(name)")
        }
        for name in ["b", "B", "length", "hasOwnProperty", "é\0", "xx"] {
            #expect(throws: MySQLError.self) { try row.decode(Int.self, named: name) }
        }
    }

    @Test func `a type's keys are found the same way`() throws {
        struct Named: Decodable {
            let quoted: Int
            let split: Int
            let proto: Int
            enum CodingKeys: String, CodingKey {
                case quoted = "a\"b"
                case split = "a\0b"
                case proto = "__proto__"
            }
        }
        let named = try Self.row().decode(as: Named.self)
        #expect((named.quoted, named.split, named.proto) == (1, 4, 7))
    }

    @Test func `of two columns with one name the first is meant`() {
        let columns = MySQLColumns(["a", "b", "a"].map { ColumnDefinition(name: $0) })
        #expect(columns.index(named: "a") == 0)
    }

    @Test func `a plugin is found by exactly its name`() {
        for name in ["toString", "__proto__", "", "caching_sha2_password\0", " mysql_native_password", "PARSEC"] {
            #expect(AuthenticationPlugin(name: name) == nil, "\(name)")
        }
    }

    @Test func `statements that only look alike are two statements`() {
        // `é` in one character and in two: to the server these are two tables.
        let texts = ["SELECT ? FROM `\u{E9}`", "SELECT ? FROM `e\u{301}`"]
        #expect(texts[0] == texts[1])
        #expect(TextKey(texts[0]) != TextKey(texts[1]))
        #expect(TextKey(texts[0]) == TextKey(String(decoding: Array(texts[0].utf8), as: UTF8.self)))
        #expect(Set(texts.map { TextKey($0) }).count == 2)
    }

    @Test func `names are quoted as identifiers, and never end their quotes`() throws {
        for name in Self.names where !name.isEmpty && !name.unicodeScalars.contains("\0") {
            let quoted = try SQLText.identifier(name)
            #expect(quoted.hasPrefix("`") && quoted.hasSuffix("`"))
            let inner = quoted.dropFirst().dropLast()
            #expect(inner.replacing("``", with: "").unicodeScalars.contains("`") == false)
        }
        for name in ["", "a\0b", "\0"] {
            #expect(throws: MySQLError.self) { try SQLText.identifier(name) }
        }
    }
}
