import Foundation
import MySQLWire
import Testing

@testable import ReplicaKit

@Suite("Texts of definitions")
struct SchemaTextTests {
    @Test("lose the AUTO_INCREMENT counter, and nothing that only looks like it")
    func counter() {
        let table = """
            CREATE TABLE `t` (
              `id` int NOT NULL AUTO_INCREMENT COMMENT 'AUTO_INCREMENT=1',
              PRIMARY KEY (`id`)
            ) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=utf8mb4 COMMENT='x AUTO_INCREMENT=5 y'
            """
        #expect(CreateStatement.withoutAutoIncrement(table) == table.replacing(" AUTO_INCREMENT=77", with: ""))
        let plain = "CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB COMMENT='a AUTO_INCREMENT=5'"
        #expect(CreateStatement.withoutAutoIncrement(plain) == plain)
        #expect(CreateStatement.withoutAutoIncrement("") == "")
    }

    @Test("of ENUM and SET give their members, quotes and commas included")
    func members() {
        #expect(TypeMembers.parse("enum('a','b''c','d,e','')") == ["a", "b'c", "d,e", ""])
        #expect(TypeMembers.parse("set('é')") == ["é"])
        for broken in ["enum(", "int", "enum('a)", "enum(a)", "", ")("] { #expect(TypeMembers.parse(broken) == nil) }
        #expect(TypeMembers.enumeration(0, ["a"]) == "" && TypeMembers.enumeration(1, ["a"]) == "a")
        #expect(TypeMembers.enumeration(9, ["a"]) == "9")
        #expect(TypeMembers.set(5, ["x", "y", "z"]) == "x,z" && TypeMembers.set(0, ["x"]) == "")
    }

    @Test("in a column's own character set are read, and cut between characters")
    func characterSets() {
        func decode(_ bytes: [UInt8], _ set: String, _ limit: Int = 100) -> RowValue {
            CharacterSetText.decode(bytes, characterSet: set, limit: limit)
        }
        #expect(decode(Array("é😀".utf8), "utf8mb4") == .text("é😀"))
        #expect(decode([0xE9, 0x80, 0x81], "latin1") == .text("é€\u{81}"))
        #expect(decode([0, 0x61, 0xD8, 0x3D, 0xDE, 0x00], "utf16") == .text("a😀"))
        #expect(decode([0xFF], "utf8mb4") == .bytes([0xFF]))
        #expect(decode([0x83, 0x5C], "sjis") == .bytes([0x83, 0x5C]) && decode([0x41], "sjis") == .text("A"))
        #expect(decode(Array("aé😀".utf8), "utf8mb4", 2) == .text("a…"))
        #expect(decode(Array("aé😀".utf8), "utf8mb4", 6) == .text("aé…"))
    }

    @Test("as row values survive JSON")
    func rowValues() throws {
        let values: [RowValue] = [
            .null, .integer(-5), .integer(.max), .unsigned(.max), .text(""), .text("NULL"), .text("5"),
            .bytes([0, 255]), .bytes([]),
        ]
        let data = try JSONEncoder().encode(values)
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"[null,-5,9223372036854775807,18446744073709551615,"","NULL","5",{"hex":"00FF"},{"hex":""}]"#
        )
        #expect(try JSONDecoder().decode([RowValue].self, from: data) == values)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([RowValue].self, from: Data(#"[{"hex":"0"}]"#.utf8))
        }
    }
}
