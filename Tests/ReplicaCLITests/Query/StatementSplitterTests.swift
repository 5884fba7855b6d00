import Testing

@testable import replica_cli

/// Each expectation was observed on the client of MySQL 9.7.4: the general log and its error lines.
@Suite struct StatementSplitterTests {
    @Test(
        arguments: [
            ("select 1", [("select 1", 1)]),
            ("select 1; select 2;\n", [("select 1", 1), ("select 2", 1)]),
            ("\n\nselect 1;\n\nselec\n2;\n select 3", [("select 1", 3), ("selec\n2", 5), ("select 3", 7)]),
            ("select 'a;b', \"c;d\", `e;f`;", [("select 'a;b', \"c;d\", `e;f`", 1)]),
            ("select \"a\\\";b\", 'c\\';d', 'it''s;';", [("select \"a\\\";b\", 'c\\';d', 'it''s;'", 1)]),
            ("select `e\\`; select 2", [("select `e\\`", 1), ("select 2", 1)]),
            ("/* a;b */ select 1 /* c;d */;", [("/* a;b */ select 1 /* c;d */", 1)]),
            ("select /*+ no;hint */ 1;", [("select /*+ no;hint */ 1", 1)]),
            ("/*! select 1; */ select 2;", [("/*! select 1", 1), ("*/ select 2", 1)]),
            ("select 1 -- a;\n+1 # b;\n+1;", [("select 1 -- a;\n+1 # b;\n+1", 1)]),
            ("select 1 --x\n, 2;", [("select 1 --x\n, 2", 1)]),
            ("-- only\nselec;\n", [("selec", 2)]),
            ("select 1; -- it's\nselect 2;", [("select 1 -- it's", 1), ("select 2", 2)]),
            ("#only\n\n\n/* x\n y */ selec;\n", [("/* x\n y */ selec", 4)]),
            ("select 1;;select 2; ;\n;\n", [("select 1", 1), ("select 2", 1)]),
            ("/* only */", [("/* only */", 1)]), ("", []), (" \n ", []), ("-- only", []),
            ("select 1 /* unterminated ; ", [("select 1 /* unterminated ;", 1)]),
            ("select 'a\n\nb", [("select 'a\n\nb", 1)]),
            ("\u{FEFF}select 1;", [("select 1", 1)]),
            (
                "delimiter ;;\nselect 1;\nselect 2;;\nDELIMITER ;\nselect 3;",
                [("select 1;\nselect 2", 2), ("select 3", 5)]
            ),
            ("# foo\n  -- bar\n\n   selec", [("-- bar\n\n   selec", 2)]),
            ("select \"a\nb\"; selec;\nselect 3", [("select \"a\nb\"", 1), ("selec", 1), ("select 3", 3)]),
            ("select 'a\r\nb';", [("select 'a\nb'", 1)]),
            ("  delimiter 'x'\nselect 1x", [("select 1", 2)]),
            ("delimiter \"ab c\"\nselect 1ab cselect 2", [("select 1", 2), ("select 2", 2)]),
            ("delimiters //\nselect 1; select 2//", [("select 1; select 2", 2)]),
            ("use mysql\nselect database();", [("use mysql\nselect database()", 1)]),
        ] as [(String, [(String, Int)])]
    )
    func `a text is divided as the real client divides it`(text: String, expected: [(String, Int)]) {
        #expect(
            pieces(text) == expected.map { .statement(StatementSplitter.Statement(sql: $0.0, line: $0.1)) }
        )
    }

    @Test func `a backslash outside quotes is a command that does not exist`() {
        #expect(pieces("select 1\\G") == [.complaint("ERROR at line 1: Unknown command '\\G'.", isFatal: true)])
    }

    @Test func `an argument keeps its CR, since only lines that are read lose theirs`() {
        var splitter = StatementSplitter("select 'a\r\nb'", isInput: false)
        #expect(splitter.next() == .statement(.init(sql: "select 'a\r\nb'", line: 1)))
    }

    @Test func `delimiter needs an argument`() {
        #expect(
            pieces("delimiter\nselect 1;").first
                == .complaint(
                    "ERROR at line 1: DELIMITER must be followed by a 'delimiter' character or string",
                    isFatal: false
                )
        )
    }

    @Test func `with NO_BACKSLASH_ESCAPES a backslash ends nothing`() {
        var splitter = StatementSplitter("select '\\'; select 2")
        #expect(splitter.next(noBackslashEscapes: true) == .statement(.init(sql: "select '\\'", line: 1)))
    }

    private func pieces(_ text: String) -> [StatementSplitter.Piece] {
        var splitter = StatementSplitter(text)
        var result: [StatementSplitter.Piece] = []
        while let piece = splitter.next(), result.count < 10 {
            result.append(piece)
            if case .complaint(_, true) = piece { break }
        }
        return result
    }
}
