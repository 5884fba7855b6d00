import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// `query --format tsv` against `mysql --batch --quick`: output, error line and exit status, byte for byte.
@Suite(.enabled(if: OfficialClient.isAvailable, "no mysql client: set REPLICA_MYSQL or run scripts/test"))
struct QueryTests {
    @Test(arguments: [
        "select 1", "select 1 where 1 = 0", "select 1; select 2; ; select 3", "do 1", "", ";", "/* x */", "-- x",
        "select null, '', 'NULL', 'a\\tb', 'a\\nb', 'a\\\\b', 'a\\0b', 'a\\rb', x'00ff00', x'5c'",
        "select 1 as `a\tb`, 2 as 'c\\\\d', 3 as 'e\\nf', 4 as ''",
        "select 'a\\0b'", "select 'é' as 'é', _latin1 x'e9', _utf8mb4 x'c3a9', '🐬', _binary x'ff00fe'",
        "set names latin1; select 'é', _utf8mb4 x'c3a9'",
        "select 1.50, 1e300, 1/3, -0.0, 18446744073709551615, cast(5 as unsigned), 1/0, b'101', true, 0x41, pi()",
        "select cast('2020-02-30' as date), cast('2020-02-29 1:2:3.456' as datetime(3)), cast('-838:59:59' as time)",
        "select json_object('a', 1, 'b\\n', null), point(1, 2), uuid() is null, repeat('\\t\\\\x', 70000)",
        "select repeat(x'00', 200000), repeat('a', 65536), repeat('b', 65537)",
        "select * from mysql.help_topic", "select * from mysql.user where user = 'nobody'",
        "show tables from mysql; show variables like 'v%'; show create table mysql.user; explain format=tree select 1",
        "select count(*) from information_schema.tables; show warnings; select 1/0; show warnings",
        "selec", "select 1; selec 2; select 3", "select * from nosuch.table", "call nosuch()", "use nosuch",
        "select exp(a) from (select 1 a union all select 710) x",
        "select st_geomfromtext(t) from (select 'POINT(1 1)' t union all select 'x') x",
        "signal sqlstate '45000' set message_text = 'a\\nb\\tc é'", "kill connection_id()",
        "select hex('a\r\nb')", "-- a\nselec", " -- a\nselec", "# a\nselec",
        "select 'unterminated", "select 1\\G", "help", "select 'a;b', \"c;d\", 1 as `e;f`; selec",
    ])
    func `a statement on the command line prints the same`(sql: String) async throws {
        try await expectSame(sql, asInput: false)
    }

    @Test(arguments: [
        "\n\nselect 1;\n\nselec\n2;\n select 3", "select \"a\nb\n\"; selec;", "select 1;\n/* x\n y */\n\nselec;",
        "# foo\n  -- bar\n\n   selec", "-- c1\nselect 1; -- it's\nselect 2; # x\n/* c3 */\nselect 3;\n/* only */",
        "select 'a\r\nb';\r\nselec\r\n;", "\u{FEFF}select 1;", "select 1 -- a;\n+1 # b;\n+1;",
        "delimiter //\nselect 1//select 2//\ndelimiter ;\nselec;", "   delimiter 'x'\nselect 1x",
        "delimiter\nselect 1;", "delimiter //\nselect 1; select 2//\nselect 3//",
        "delimiter //\nselect 1; selec 2; select 3//\nselect 4//", "delimiter \"ab c\"\nselect 1ab cselect 2",
        "delimiter;\nselect 1;", "set names latin1;\nselect 'x' as `é`;\nselect * from mysql.`nö`;",
        "delimiter \\\\\nselect 1;", "set sql_mode = NO_BACKSLASH_ESCAPES;\nselect '\\';\nselect '\\n';",
        "/*! select 1; */ select 2;", "select /*+ no;hint */ 1;", "select 5-- 1\n;", "use mysql;\nselect database();",
        "create temporary table mysql.t (a int);\ninsert into mysql.t values (1), (2);\nupdate mysql.t set a = 3;\nselect * from mysql.t;",
    ])
    func `statements on standard input print the same`(sql: String) async throws {
        try await expectSame(sql, asInput: true)
    }

    @Test func `every result of a procedure is printed, up to its error`() async throws {
        let sql = """
            drop database if exists cli_query;
            create database cli_query;
            delimiter //
            create procedure cli_query.p() begin select 1; select 2, 3; select exp(710); end//
            delimiter ;
            call cli_query.p();
            select 5;
            """
        try await expectSame(sql, asInput: true)
        let session = try await MySQLConnection.connect(to: CLIPair.shared().pair.source.configuration)
        _ = try await session.collect(sql: "DROP DATABASE cli_query")
        await session.close()
    }

    @Test func `a reader that goes away ends it quietly`() async throws {
        let server = try await CLIPair.shared().pair.source
        let command = """
            "$0" query --defaults-file "$1" --format tsv 127.0.0.1:$2 \
            'with recursive n as (select 1 i union all select i + 1 from n where i < 1000) select a.i from n a join n b' \
            | head -n 1; echo "${PIPESTATUS[0]}"
            """
        let outcome = try await Program.run(
            ["-c", command, Program.path, server.clientOptionFile, "\(server.port)"],
            program: "/bin/bash"
        )
        #expect(outcome.text == "i\n141\n")
        #expect(outcome.errors.isEmpty)
    }

    @Test func `a full disk is said`() async throws {
        let server = try await CLIPair.shared().pair.source
        let command = "\"$0\" query --defaults-file \"$1\" --format tsv 127.0.0.1:$2 'select 1' > /dev/full"
        let outcome = try await Program.run(
            ["-c", command, Program.path, server.clientOptionFile, "\(server.port)"],
            program: "/bin/bash"
        )
        #expect(outcome.status == 1)
        #expect(outcome.lines.count == 1)
    }

    @Test func `JSON keeps types, digits and bytes`() async throws {
        let cli = try await CLIPair.shared()
        let outcome = try await cli.run(
            "query",
            on: cli.pair.source,
            [
                "--format", "json", "127.0.0.1:\(cli.pair.source.port)",
                "select 1 a, null b, 1.50 c, 'x' d, 18446744073709551615 e, x'00ff' f; do 1",
            ]
        )
        let expected = """
            {
              "schema": 1,
              "results": [
                {
                  "columns": [{"name": "a", "encoding": "text"}, {"name": "b", "encoding": "text"}, \
            {"name": "c", "encoding": "text"}, {"name": "d", "encoding": "text"}, {"name": "e", "encoding": "text"}, \
            {"name": "f", "encoding": "hex"}],
                  "rows": [
                    [1, null, 1.50, "x", 18446744073709551615, "0x00FF"]
                  ],
                  "affectedRows": null,
                  "warnings": 0
                },
                {
                  "columns": [],
                  "rows": [],
                  "affectedRows": 0,
                  "warnings": 0
                }
              ]
            }

            """
        #expect(outcome.text == expected)
    }

    @Test func `a statement that takes longer than its deadline fails, and is ended on the server`() async throws {
        let cli = try await CLIPair.shared()
        let sql = "select sleep(300), 'cli deadline'"
        let outcome = try await cli.run(
            "query",
            on: cli.pair.source,
            ["--timeout", "0.5", "127.0.0.1:\(cli.pair.source.port)", sql]
        )
        #expect(outcome.status == 1)
        #expect(outcome.lines.count == 1 && !outcome.errors.contains("may have been executed"))
        let session = try await MySQLConnection.connect(to: cli.pair.source.configuration)
        let running = "SELECT COUNT(*) FROM information_schema.processlist WHERE info = \(SQLText.literal(sql))"
        var left: String?
        for _ in 0..<100 {
            left = try await session.collect(sql: running).scalar
            if left == "0" { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(left == "0")
        await session.close()
    }

    private func expectSame(_ sql: String, asInput: Bool) async throws {
        let (ours, theirs) = try await CLIPair.shared().both(sql, asInput: asInput)
        #expect(ours.output == theirs.output)
        #expect(ours.errors == theirs.errors)
        #expect(ours.status == theirs.status)
    }
}
