import Testing

@testable import MySQLWire

/// What spans show of a statement: no literal, few different texts.
@Suite struct SQLObservationTests {
    @Test(arguments: [
        ("SELECT * FROM t WHERE a = 'x''y' AND b = \"z\"", "SELECT * FROM t WHERE a = ? AND b = ?"),
        ("SELECT 1, -2.5e-10, .5, 0xFF, x'0A', b'01', n'q', 1e3", "SELECT ?, -?, ?, ?, ?, ?, ?, ?"),
        ("SELECT _utf8mb4'a', DATE '2020-01-01'", "SELECT _utf8mb4?, DATE ?"),
        ("SELECT a1, `b 'c'` FROM d2 -- 'e'\nWHERE true", "SELECT a1, `b 'c'` FROM d2 \nWHERE ?"),
        ("SELECT /* 'a' */ 1 # 'b'", "SELECT  ? "),
        ("/*! SET PASSWORD = 'x' */ SELECT 5--5", " SELECT ?--?"),
        ("SELECT 'not closed", "SELECT ?"),
        ("CREATE USER 'a'@'%' IDENTIFIED BY 'secret'", "CREATE USER ?@? IDENTIFIED BY ?"),
        ("CREATE FUNCTION f() RETURNS INT AS $js$ return 'x' $js$", "CREATE FUNCTION f() RETURNS INT AS ?"),
        ("SELECT @a, @@b, $c", "SELECT @a, @@b, $c"),
        ("SELECT 'naïve 🐬' AS `naïve`", "SELECT ? AS `naïve`"),
        ("SELECT ? + 12abc", "SELECT ? + ?"),
    ])
    func `each literal becomes a question mark, and comments go`(sql: String, expected: String) {
        #expect(SQLText.withoutLiterals(sql) == expected)
    }

    @Test func `where the mode of the session decides what is a literal, the text ends`() {
        // With NO_BACKSLASH_ESCAPES the first literal ends behind the backslash.
        #expect(SQLText.withoutLiterals(#"SELECT 'a\', secret, ' b'"#).contains("secret") == false)
        #expect(SQLText.withoutLiterals(#"SELECT 'a\\b' FROM t"#) == "SELECT ? FROM t")
        #expect(SQLText.summary(#"SELECT 'a\' FROM b, ' FROM c'"#).text == "SELECT")
    }

    @Test func `a long text is cut, also inside of a literal`() {
        let long = "SELECT 'a', '" + String(repeating: "z", count: 9_000)
        #expect(SQLText.withoutLiterals(long) == "SELECT ?, ?…")
    }

    @Test func `no cut of a text shows a literal of it`() {
        let sql = #"INSERT INTO t VALUES ('Qs', "Qd", x'00', 7731, 'a''Qq', N'Qn') -- Qc"# + "\n/* Qb */ $$Qx$$"
        for length in 0...sql.count {
            let text = SQLText.withoutLiterals(String(sql.prefix(length)))
            #expect(!text.contains("Q") && !text.contains("7"))
        }
    }

    @Test(arguments: [
        ("SELECT * FROM products WHERE id = 1", "SELECT products"),
        ("select a from shop.products", "select shop.products"),
        ("SELECT * FROM `a b`.`c`, d AS e, f", "SELECT `a b`.`c` d f"),
        ("SELECT * FROM a JOIN b ON (a.x = b.x), c", "SELECT a b"),
        ("INSERT INTO archive (a, b) SELECT a, b FROM orders WHERE a = 1", "INSERT archive SELECT orders"),
        ("INSERT INTO t VALUES (1, 2) ON DUPLICATE KEY UPDATE a = 1", "INSERT t"),
        ("REPLACE t SET a = 1", "REPLACE t"),
        ("UPDATE a, b SET a.x = b.x", "UPDATE a b"),
        ("DELETE FROM t WHERE a IN (SELECT a FROM u)", "DELETE t SELECT u"),
        ("SELECT x FROM (SELECT y FROM a JOIN b) c", "SELECT SELECT a b"),
        ("SELECT EXTRACT(YEAR FROM day), TRIM('x' FROM y) FROM t", "SELECT t"),
        ("WITH c AS (SELECT a FROM b) UPDATE t SET a = 1", "WITH SELECT b UPDATE t"),
        ("(SELECT 1) UNION (SELECT 2 FROM t FOR UPDATE)", "SELECT SELECT t"),
        ("CREATE TABLE IF NOT EXISTS t (a INT)", "CREATE t"),
        ("DROP TABLE a, b", "DROP a b"),
        ("CREATE DATABASE shop", "CREATE shop"),
        ("TRUNCATE t", "TRUNCATE t"),
        ("USE shop", "USE shop"),
        ("CALL p(1)", "CALL p"),
        ("LOAD DATA LOCAL INFILE 'x' INTO TABLE t", "LOAD t"),
        ("SELECT a INTO @b FROM t", "SELECT t"),
        ("SELECT a FROM t INTO OUTFILE 'x'", "SELECT t"),
        ("EXPLAIN SELECT a FROM t", "EXPLAIN SELECT t"),
        ("SET PASSWORD = 'x'", "SET"),
        ("START TRANSACTION", "START"),
        ("SELECT 1; DELETE FROM t", "SELECT DELETE t"),
        ("/* a */ -- b\n SELECT 1", "SELECT"),
    ])
    func `the summary names what is done and to which tables`(sql: String, summary: String) {
        #expect(SQLText.summary(sql).text == summary)
    }

    @Test(arguments: ["", "hunter2", "'SELECT'", "my password is FROM x", "\0"])
    func `a text that is no statement leaves no summary`(sql: String) {
        #expect(SQLText.summary(sql) == SQLSummary([]))
        #expect(SQLText.summary(sql).operation == nil)
    }

    @Test func `one table is the collection, several are none`() {
        #expect(SQLText.summary("SELECT a FROM t JOIN t AS u").collection == "t")
        #expect(SQLText.summary("SELECT a FROM t, u").collection == nil)
        #expect(SQLText.summary("CALL p()").procedure == "p")
        #expect(SQLText.summary("USE shop").collection == nil)
    }

    @Test func `a summary ends before it is too long`() {
        let names = (0..<100).map { "table_\($0)" }
        let text = SQLText.summary("SELECT a FROM " + names.joined(separator: ", ")).text ?? ""
        #expect(text.hasPrefix("SELECT table_0 table_1 "))
        #expect((200...255).contains(text.utf8.count))
    }
}
