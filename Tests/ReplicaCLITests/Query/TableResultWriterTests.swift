import MySQLWire
import Testing

@testable import replica_cli

@Suite struct TableResultWriterTests {
    private static let columns = [ColumnDefinition(name: "n", type: .long), ColumnDefinition(name: "text")]

    private func text(
        _ results: [(columns: [ColumnDefinition], rows: [[String?]])],
        on terminal: Terminal = .plain
    ) throws -> String {
        let bytes = try captured { sink in
            var writer = TableResultWriter(sink: sink, terminal: terminal)
            for (columns, rows) in results {
                try writer.begin(MySQLColumns(columns))
                let result = MySQLResult(columns: columns.map(\.name), rows: rows)
                for batch in result.batches { try writer.write(batch) }
                try writer.end(result.completion)
            }
            try writer.finish()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let rows: [[String?]] = [
        ["1", nil], ["-20", "データ\tベース"], [nil, "é\u{1B}[2J\r\n🐬"], ["300", ""], ["4", "e\u{301}\u{202E}x\0"],
    ]

    @Test func `NULL, wide characters and control characters, and the columns stay straight`() throws {
        #expect(
            try text([(Self.columns, Self.rows)]) == """
                +------+------------------+
                |    n | text             |
                +------+------------------+
                |    1 | NULL             |
                |  -20 | データ\\tベース   |
                | NULL | é\\u{1b}[2J\\r\\n🐬 |
                |  300 |                  |
                |    4 | e\u{301}\\u{202e}x\\u{0}  |
                +------+------------------+

                """
        )
    }

    @Test func `names of columns are the server's: they neither control the terminal nor break the table`() throws {
        let names = ["a\"b", "a\0b", "|", "\u{1B}[2J", "x\r\ny"]
        let table = try text([(names.map { ColumnDefinition(name: $0) }, [["1", "2", "3", "4", "5"]])])
        let lines = table.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6)
        #expect(lines[1] == "| a\"b | a\\u{0}b | | | \\u{1b}[2J | x\\r\\ny |")
        #expect(table.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }

    @Test func `on a narrow terminal what is too long is cut, by columns of the terminal`() throws {
        let table = try text([(Self.columns, Self.rows)], on: Terminal(isTerminal: true, width: 20, hasColour: false))
        for line in table.split(separator: "\n") { #expect(TerminalText.width(String(line)) == 20, "\(line)") }
        #expect(table.contains("|  -20 | データ\\t… |"))
        #expect(table.contains("|    1 | NULL      |"))
    }

    @Test func `in colour NULL is told from the word`() throws {
        let terminal = Terminal(isTerminal: true, width: nil, hasColour: true)
        let table = try text([([ColumnDefinition(name: "a")], [[nil], ["NULL"]])], on: terminal)
        #expect(table.contains("| \u{1B}[2mNULL\u{1B}[0m |"))
        #expect(table.contains("| NULL |"))
    }

    @Test func `a result without rows has its names, and each result its own columns`() throws {
        let table = try text([(Self.columns, []), ([ColumnDefinition(name: "b")], [["longer than b"]])])
        #expect(
            table == """
                +---+------+
                | n | text |
                +---+------+
                +---+------+
                +---------------+
                | b             |
                +---------------+
                | longer than b |
                +---------------+

                """
        )
    }

    @Test func `the widths are those of the first thousand rows; a later cell that is wider is still shown in full`()
        throws
    {
        let rows: [[String?]] = (1...1_001).map { ["\($0)", $0 == 1_001 ? "wider than any" : "x"] }
        let lines = try text([(Self.columns, rows)]).split(separator: "\n")
        #expect(lines.count == 1_001 + 4)
        #expect(lines[0] == "+------+------+" && lines[0] == lines[2] && lines[0] == lines.last)
        #expect(lines[1_003] == "| 1001 | wider than any |")
        // On a terminal it would break the line there.
        let narrow = try text([(Self.columns, rows)], on: Terminal(isTerminal: true, width: 40, hasColour: false))
        #expect(narrow.contains("| 1001 | wid… |"))
    }
}
