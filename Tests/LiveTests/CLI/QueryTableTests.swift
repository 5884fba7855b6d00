import Foundation
import ReplicaLab
import TestSupport
import Testing

/// `query` without --format: what a person reads, of what a real server sends.
@Suite(.needsServer) struct QueryTableTests {
    private static let sql = """
        select 7 as n, null as nothing, 'データベース' as wide, concat('a\\t', char(27 using utf8mb4), '[2J') as control, \
        x'00ff' as bytes union all select -12345, 'NULL', '', 'é', null; do 1; select 1 as hollow where 1 = 0
        """

    @Test func `piped, everything is shown in full`() async throws {
        let cli = try await CLIPair.shared()
        let outcome = try await cli.run("query", on: cli.pair.source, ["127.0.0.1:\(cli.pair.source.port)", Self.sql])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(
            outcome.text == """
                +--------+---------+--------------+--------------+--------+
                |      n | nothing | wide         | control      | bytes  |
                +--------+---------+--------------+--------------+--------+
                |      7 | NULL    | データベース | a\\t\\u{1b}[2J | 0x00FF |
                | -12345 | NULL    |              | é            | NULL   |
                +--------+---------+--------------+--------------+--------+
                +--------+
                | hollow |
                +--------+
                +--------+

                """
        )
    }

    @Test func `on a narrow terminal no line is longer than it`() async throws {
        let server = try await CLIPair.shared().pair.source
        let (status, shown) = try await PseudoTerminal.run(
            ["query", "--defaults-file", server.clientOptionFile, "127.0.0.1:\(server.port)", Self.sql],
            typing: [],
            environment: ["COLUMNS": "44", "NO_COLOR": "1"]
        )
        #expect(status == 0)
        let lines = shown.split(whereSeparator: \.isNewline)
        #expect(lines.prefix(6).allSatisfy { $0.count <= 44 } && lines.count == 10, "\(shown)")
        #expect(shown.contains("| デー…  |"), "\(shown)")
        #expect(!shown.contains("\u{1B}["), "what the server sent does not steer the terminal")
    }

    @Test func `rows that were changed are counted on standard error`() async throws {
        let cli = try await CLIPair.shared()
        let sql = """
            create temporary table mysql.cli_counted (a int); insert into mysql.cli_counted values (1);
            insert into mysql.cli_counted values (2), (3); update mysql.cli_counted set a = a;
            """
        let outcome = try await cli.run("query", on: cli.pair.source, ["127.0.0.1:\(cli.pair.source.port)", sql])
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        #expect(outcome.errors == "1 row affected\n2 rows affected\n")
    }
}
