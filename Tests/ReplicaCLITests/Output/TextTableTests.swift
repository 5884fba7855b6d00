import Testing

@testable import replica_cli

@Suite struct TextTableTests {
    private var table: TextTable {
        var table = TextTable(columns: [.init(title: "server"), .init(title: "lag", alignment: .right)])
        table.rows = [[.init("db1"), .init("12")], [.init("データベース", style: .bad), .init("unknown")]]
        return table
    }

    @Test func `piped, nothing is cut and nothing is coloured`() {
        #expect(
            table.rendered(for: .plain) == """
                +--------------+---------+
                | server       |     lag |
                +--------------+---------+
                | db1          |      12 |
                | データベース | unknown |
                +--------------+---------+

                """
        )
    }

    @Test func `on a narrow terminal the widest column gives way`() {
        #expect(
            table.rendered(for: Terminal(isTerminal: true, width: 20, hasColour: false)) == """
                +--------+---------+
                | server |     lag |
                +--------+---------+
                | db1    |      12 |
                | デー…  | unknown |
                +--------+---------+

                """
        )
    }

    @Test func `colour surrounds the text, not the padding`() {
        let text = table.rendered(for: Terminal(isTerminal: true, width: nil, hasColour: true))
        #expect(text.contains("| \u{1B}[31mデータベース\u{1B}[0m |"))
        #expect(text.contains("| db1          |"))
    }

    @Test func `a cell cannot steer the terminal`() {
        var table = TextTable(columns: [.init(title: "a\u{1B}[2J")])
        table.rows = [[.init("x\u{1B}]0;evil\u{7}\r\n\u{202E}")]]
        let text = table.rendered(for: .plain)
        #expect(
            !text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 7 || $0.value == 13 || $0.value == 0x202E }
        )
        #expect(text.contains("x\\u{1b}]0;evil\\u{7}\\r\\n\\u{202e}"))
    }

    @Test(arguments: 1...60) func `a table that can fit does fit`(limit: Int) {
        let widths = TextTable.fitted([30, 4, 12], into: limit)
        #expect(widths.reduce(1) { $0 + $1 + 3 } <= max(limit, 22))
        #expect(widths.allSatisfy { $0 >= 4 })
    }

    @Test(arguments: [("abcdef", 4, "abc…"), ("abc", 3, "abc"), ("日本語", 4, "日…"), ("日本語", 5, "日本…"), ("ab", 0, "")])
    func `text is cut by columns, not by characters`(text: String, limit: Int, expected: String) {
        #expect(TerminalText.truncated(text, to: limit) == expected)
    }

    @Test func `where a table does not fit, its rows stand whole below each other`() {
        let table = TextTable(
            columns: [.init(title: "server"), .init(title: "binary log"), .init(title: "source")],
            rows: [["mysql-source-1.example.net:3307", "binlog.000001:123456", ""].map { TextTable.Cell($0) }]
        )
        let narrow = table.renderedWhole(for: Terminal(isTerminal: true, width: 60, hasColour: false))
        #expect(
            narrow.contains(" mysql-source-1.example.net:3307 ")
                && narrow.contains("binary log: binlog.000001:123456\n")
        )
        #expect(!narrow.contains("source:") && !narrow.contains("…"))
        let wide = Terminal(isTerminal: true, width: 120, hasColour: false)
        #expect(table.renderedWhole(for: wide) == table.rendered(for: wide))
    }
}
