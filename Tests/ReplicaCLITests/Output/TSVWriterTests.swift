import MySQLWire
import Testing

@testable import replica_cli

@Suite struct TSVWriterTests {
    @Test func `cells are escaped and NULL is the word`() throws {
        let result = MySQLResult(
            columns: ["a", "b\tc", "d\\n"],
            rows: [["x\ty\nz\\\0é", nil, ""], ["NULL", "12345678", "1234567\t9"]]
        )
        let text = try text(result)
        #expect(text == "a\tb\tc\td\\n\nx\\ty\\nz\\\\\\0é\tNULL\t\nNULL\t12345678\t1234567\\t9\n")
    }

    @Test func `an empty result has its names, as with mysql --quick`() throws {
        #expect(try text(MySQLResult(columns: ["a"], rows: [])) == "a\n")
    }

    @Test func `a name in another character set keeps its bytes`() throws {
        var column = ColumnDefinition(name: "\u{FFFD}")
        column.rawName = [0xE9]
        let bytes = try captured { try TSVWriter(sink: $0).writeHeader(MySQLColumns([column, .init(name: "b")])) }
        #expect(bytes == [0xE9, 0x09, 0x62, 0x0A])
    }

    @Test func `a name ends at its first NUL, as a C string does`() throws {
        #expect(try text(MySQLResult(columns: ["a\0b", "c"], rows: [])) == "a\tc\n")
    }

    @Test func `every byte in every place of a word comes out as the slow way writes it`() throws {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<17 {
                var cell = [UInt8](repeating: 0x61, count: 17)
                cell[place] = byte
                #expect(escaped(cell) == slowlyEscaped(cell))
            }
        }
    }

    @Test func `cells around and beyond the buffer's size come out whole`() throws {
        for count in [0, 1, 7, 8, 65_535, 65_536, 65_537, 131_073, 300_000] {
            let cell = String(repeating: "\\ab", count: count / 3) + String(repeating: "\t", count: count % 3)
            let result = MySQLResult(columns: ["a"], rows: [[cell], [cell]])
            let expected =
                "a\n"
                + String(repeating: String(decoding: slowlyEscaped(Array(cell.utf8)), as: UTF8.self) + "\n", count: 2)
            #expect(try text(result, capacity: 140 << 10) == expected)
        }
    }

    private func text(_ result: MySQLResult, capacity: Int = 256 << 10) throws -> String {
        let bytes = try captured(capacity: capacity) { sink in
            let writer = TSVResultWriter(sink: sink)
            try writer.begin(result.columns)
            for batch in result.batches { try writer.write(batch) }
            try writer.finish()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func escaped(_ cell: [UInt8]) -> [UInt8] {
        var target = [UInt8](repeating: 0, count: cell.count * 2 + 16)
        let count = cell.withUnsafeBytes { source in
            target.withUnsafeMutableBytes { TSVWriter.escape(source, into: $0) }
        }
        return Array(target[..<count])
    }

    private func slowlyEscaped(_ cell: [UInt8]) -> [UInt8] {
        cell.flatMap { byte -> [UInt8] in
            switch byte {
            case 0: Array("\\0".utf8)
            case 9: Array("\\t".utf8)
            case 10: Array("\\n".utf8)
            case 92: Array("\\\\".utf8)
            default: [byte]
            }
        }
    }
}
