import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct BinlogEventsScanTests {
    struct Log: SQLSession {
        var files: [(String, String)]
        var events: [String: [[String]]]

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            if sql == "SHOW BINARY LOGS" {
                return MySQLResult(columns: ["Log_name", "File_size"], rows: files.map { [$0.0, $0.1] })
            }
            let rows = events.first { sql.contains("IN '\($0.key)' ") }?.value ?? []
            return MySQLResult(
                columns: ["Log_name", "Pos", "Event_type", "Server_id", "End_log_pos", "Info"],
                rows: rows
            )
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            throw MySQLError(.invalidArgument, phase: .command, message: "")
        }

        func close() async {}
    }

    static let start = BinaryLogCoordinates(file: "binlog.000001", position: 452)

    /// What a restart adds, as seen on 9.7.4.
    static let restart = [
        ["binlog.000002", "4", "Format_desc", "1", "127", "Server ver: 9.7.4-2, Binlog ver: 4"],
        ["binlog.000002", "127", "Previous_gtids", "1", "158", ""],
    ]

    static func scan(_ tail: [[String]]) async throws -> TailScan {
        let log = Log(
            files: [("binlog.000001", "452"), ("binlog.000002", "9999")],
            events: ["binlog.000002": restart + tail]
        )
        return try await BinlogEventsScan(session: log).scan(after: start)
    }

    static func transaction(_ table: String) -> [[String]] {
        [
            ["binlog.000002", "158", "Anonymous_Gtid", "1", "237", "SET @@SESSION.GTID_NEXT= 'ANONYMOUS'"],
            ["binlog.000002", "237", "Query", "1", "308", "BEGIN"],
            ["binlog.000002", "308", "Table_map", "1", "368", "table_id: 83 (\(table))"],
            ["binlog.000002", "368", "Write_rows", "1", "409", "table_id: 83 flags: STMT_END_F"],
            ["binlog.000002", "409", "Xid", "1", "440", "COMMIT /* xid=13 */"],
        ]
    }

    @Test func aRestartAloneLosesNothing() async throws {
        #expect(try await Self.scan([]) == .nothing)
    }

    @Test func aTransactionAfterTheParting() async throws {
        #expect(
            try await Self.scan(Self.transaction("testdb.products"))
                == .lost(count: 1, summary: ["binlog.000002:158 rows of testdb.products"], report: nil)
        )
    }

    @Test func ourOwnAnchorsAreNoUserData() async throws {
        let create: [[String]] = [
            ["binlog.000002", "1", "Anonymous_Gtid", "1", "2", ""],
            ["binlog.000002", "2", "Query", "1", "3", "create database if not exists replicakit"],
            ["binlog.000002", "3", "Anonymous_Gtid", "1", "4", ""],
            ["binlog.000002", "4", "Query", "1", "5", AnchorTable.create[1]],
        ]
        #expect(try await Self.scan(create + Self.transaction("replicakit.anchor")) == .nothing)
    }

    @Test func aStatementIsATransaction() async throws {
        let drop = [
            ["binlog.000002", "1", "Anonymous_Gtid", "1", "2", ""],
            ["binlog.000002", "2", "Query", "1", "3", "use `t`; DROP TABLE x"],
        ]
        #expect(
            try await Self.scan(drop)
                == .lost(count: 1, summary: ["binlog.000002:1 use `t`; DROP TABLE x"], report: nil)
        )
        // What is not known is not taken for harmless.
        let odd = [["binlog.000002", "1", "Incident", "1", "2", "#1"]]
        guard case .lost(1, _, _) = try await Self.scan(odd) else {
            Issue.record("an unknown event was taken for harmless")
            return
        }
    }

    static func origins(_ tail: [[String]], until isEnough: (LogOrigins) -> Bool = { _ in false }) async throws
        -> OriginScan
    {
        let log = Log(
            files: [("binlog.000001", "452"), ("binlog.000002", "9999")],
            events: ["binlog.000002": restart + tail]
        )
        return try await BinlogEventsScan(session: log).origins(after: start, ownID: 2, until: isEnough)
    }

    /// The events of ``transaction(_:)``, moved on, and written first on another server.
    static func transaction(_ table: String, at position: Int, by server: Int) -> [[String]] {
        transaction(table).map { event in
            var event = event
            event[1] = String(position)
            event[3] = String(server)
            return event
        }
    }

    @Test func itIsToldWhoseTransactionsTheLogHolds() async throws {
        func place(_ position: UInt64) -> BinaryLogCoordinates {
            BinaryLogCoordinates(file: "binlog.000002", position: position)
        }
        let own = Self.transaction("testdb.t", at: 500, by: 2)
        let replicated = Self.transaction("testdb.t", at: 900, by: 1)
        #expect(try await Self.origins([]) == .read(LogOrigins()))
        #expect(try await Self.origins(own) == .read(LogOrigins(firstOwn: place(500))))
        let both = LogOrigins(firstOwn: place(500), firstReplicated: place(900))
        #expect(try await Self.origins(own + replicated) == .read(both))
        #expect(both.beginsWithOwn)
        #expect(!LogOrigins(firstOwn: place(900), firstReplicated: place(500)).beginsWithOwn)
        #expect(!LogOrigins(firstReplicated: place(500)).beginsWithOwn && !LogOrigins().beginsWithOwn)
        // Our own anchors are nobody's writes.
        let anchors = Self.transaction("replicakit.anchor", at: 500, by: 2)
        #expect(try await Self.origins(anchors + replicated) == .read(LogOrigins(firstReplicated: place(900))))
    }

    @Test func ownTransactionsAfterTheLastReplicatedOneAreFoundInWhicheverFileThatIs() async throws {
        func tail(_ first: [[String]], _ second: [[String]]) async throws -> TailScan {
            let log = Log(
                files: [("binlog.000001", "452"), ("binlog.000002", "9999")],
                events: ["binlog.000001": first, "binlog.000002": Self.restart + second]
            )
            return try await BinlogEventsScan(session: log).ownTail(ownID: 2)
        }
        let own = Self.transaction("testdb.t", at: 500, by: 2)
        let replicated = Self.transaction("testdb.t", at: 400, by: 1)
        let anchor = Self.transaction("replicakit.anchor", at: 450, by: 1)
        let found = TailScan.lost(count: 1, summary: ["binlog.000002:500 rows of testdb.t"], report: nil)
        #expect(try await tail([], replicated + own) == found)
        #expect(try await tail(replicated, own) == found)
        #expect(try await tail(replicated + own, own).lostCount == 2)
        // Its own time as a source ended with the anchor that its follower got from the next one.
        #expect(try await tail(replicated, own + anchor) == .nothing)
        #expect(try await tail(own, anchor) == .nothing)
        #expect(try await tail([], own + replicated) == .nothing)
        #expect(try await tail([], Self.transaction("replicakit.anchor", at: 500, by: 2)) == .nothing)
        // What a replica was filled with is no sign of anything.
        #expect(try await tail(own, own) == .nothing)
    }

    @Test func noPasswordIsShown() async throws {
        let secrets = [
            "CREATE USER 'u'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$geheim'",
            "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', PASSWORD 'geheim')",
        ]
        let events = secrets.enumerated().flatMap { index, sql in
            [
                ["binlog.000002", "\(index)1", "Anonymous_Gtid", "1", "\(index)2", ""],
                ["binlog.000002", "\(index)2", "Query", "1", "\(index)3", sql],
            ]
        }
        guard case .lost(2, let summary, _) = try await Self.scan(events) else {
            Issue.record("not seen")
            return
        }
        #expect(summary.allSatisfy { !$0.contains("geheim") } && summary[0].contains("CREATE USER 'u'@'%'"))
    }

    @Test func aLogThatEndsBeforeTheAnchorOrLacksItsFileTellsNothing() async throws {
        let short = Log(files: [("binlog.000001", "400")], events: [:])
        guard case .unusable = try await BinlogEventsScan(session: short).scan(after: Self.start) else {
            Issue.record("not noticed")
            return
        }
        let purged = Log(files: [("binlog.000002", "400")], events: [:])
        guard case .unusable = try await BinlogEventsScan(session: purged).scan(after: Self.start) else {
            Issue.record("not noticed")
            return
        }
    }
}
