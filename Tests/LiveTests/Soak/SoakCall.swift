import MySQLWire

/// One operation of the soak. What it reads holds the numbers of its worker and its turn, so that a row of anybody else's
/// is seen.
struct SoakCall: Sendable {
    enum Kind: Sendable, CaseIterable {
        case text, prepared, rows, preparedRows, leftRows, insert, preparedInsert, transaction, procedure, refused,
            sleep
        case ping, reset, statistics, schema
    }

    struct WrongRow: Error { let what: String }

    let kind: Kind
    let worker: Int
    let turn: Int
    /// Of a result, in rows.
    let size: Int
    let timeout: Duration

    static let tables = [
        "CREATE DATABASE soak", "USE soak", "CREATE TABLE numbers (n INT PRIMARY KEY)",
        "INSERT INTO numbers WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 1000) SELECT n FROM t",
        "INSERT INTO numbers SELECT n + 1000 FROM numbers",
        "CREATE TABLE ledger (id INT AUTO_INCREMENT PRIMARY KEY, worker INT, number INT)",
        "CREATE PROCEDURE two(IN w INT, IN t INT) BEGIN SELECT w, t; SELECT t, w, 'second'; END",
    ]

    func run(on connection: MySQLConnection, _ ledger: SoakLedger) async throws {
        switch kind {
        case .text:
            let sql = "SELECT \(worker), \(turn), '\(worker)/\(turn)'"
            try check(try await connection.collect(sql: sql, timeout: timeout), [own + ["\(worker)/\(turn)"]])
        case .prepared:
            let result = try await connection.collect(
                "SELECT \(worker), \(turn), \("\(worker)/\(turn)")",
                timeout: timeout
            )
            try check(result, [own + ["\(worker)/\(turn)"]])
        case .rows:
            let sql = """
                SELECT \(worker), \(turn), n, REPEAT('x', \(size % 300)) FROM soak.numbers WHERE n <= \(size) ORDER BY n
                """
            try await read(try await connection.query(sql: sql, timeout: timeout))
        case .preparedRows, .leftRows:
            let rows = try await connection.query(
                """
                SELECT \(worker), \(turn), n, REPEAT('x', \(size % 300)) FROM soak.numbers WHERE n <= \(size) ORDER BY n
                """,
                timeout: timeout
            )
            try await read(rows, upTo: kind == .leftRows ? size / 2 : size)
        case .insert, .preparedInsert, .transaction: try await insert(connection, ledger)
        case .procedure:
            let first = try await connection.query(sql: "CALL soak.two(\(worker), \(turn))", timeout: timeout)
            try await read(first, [own])
            if let second = try await first.nextResult() {
                try await read(second, [own.reversed() + ["second"]])
                while try await second.nextResult() != nil {}
            } else {
                throw WrongRow(what: "one result of a procedure")
            }
        case .refused:
            do {
                _ = try await connection.collect(sql: "SELECT no_such_column", timeout: timeout)
                throw WrongRow(what: "a column that is not there")
            } catch let error as MySQLError where error.server?.number == 1054 {
                if error.fate != .rejected { throw WrongRow(what: "refused, and \(error.fate)") }
            }
        case .sleep:
            let sql = "SELECT \(worker), \(turn), SLEEP(0.0\(size % 10))"
            try check(try await connection.collect(sql: sql, timeout: timeout), [own + ["0"]])
        case .ping: try await connection.ping(timeout: timeout)
        case .reset: try await connection.reset(timeout: timeout)
        case .statistics:
            guard try await connection.statistics(timeout: timeout).hasPrefix("Uptime") else {
                throw WrongRow(what: "statistics that are none")
            }
        case .schema: try await connection.selectDatabase("soak", timeout: timeout)
        }
    }

    private var own: [String?] { ["\(worker)", "\(turn)"] }

    private func insert(_ connection: MySQLConnection, _ ledger: SoakLedger) async throws {
        let number = ledger.begin(worker: worker)
        let sql = "INSERT INTO soak.ledger (worker, number) VALUES (\(worker), \(number))"
        do {
            switch kind {
            case .insert: _ = try await connection.collect(sql: sql, timeout: timeout)
            case .preparedInsert:
                _ = try await connection.collect(
                    "INSERT INTO soak.ledger (worker, number) VALUES (\(worker), \(number))",
                    timeout: timeout
                )
            default:
                try await connection.withTransaction { connection in
                    _ = try await connection.collect(sql: sql, timeout: timeout)
                    let found = try await connection.collect(
                        "SELECT worker, number FROM soak.ledger WHERE id = LAST_INSERT_ID()",
                        timeout: timeout
                    )
                    try check(found, [["\(worker)", "\(number)"]])
                }
            }
            ledger.settle(worker: worker, number, .present)
        } catch let error as MySQLError {
            ledger.settle(worker: worker, number, after: error)
            throw error
        }
    }

    private func check(_ result: MySQLResult, _ expected: [[String?]]) throws {
        let found = result.rows.map(\.strings)
        if found != expected { throw WrongRow(what: "\(found) instead of \(expected)") }
    }

    private func read(_ rows: MySQLRows, _ expected: [[String?]]) async throws {
        var found: [[String?]] = []
        for try await batch in rows { found += batch.map(\.strings) }
        if found != expected { throw WrongRow(what: "\(found) instead of \(expected)") }
    }

    /// Rows that count up from 1.
    private func read(_ rows: MySQLRows, upTo end: Int? = nil) async throws {
        let end = end ?? size
        var count = 0
        for try await batch in rows {
            for row in batch {
                count += 1
                let expected = own + ["\(count)", String(repeating: "x", count: size % 300)]
                if row.strings != expected { throw WrongRow(what: "\(row.strings) instead of \(expected)") }
            }
            if end < size, count >= end { return }
        }
        if count != size { throw WrongRow(what: "\(count) rows of \(size)") }
    }
}
