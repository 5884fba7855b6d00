import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// MySQL Router between our client and the lab's source: it passes every byte on, or takes part in the protocol itself.
@Suite("Through a MySQL Router", .needsRouter, .timeLimit(.minutes(2)))
struct RouterTests {
    /// Names of routes.
    enum Kind: String, CaseIterable, Sendable {
        /// Bytes go through as they are, TLS too.
        case passing
        /// The router ends TLS on both sides, and greets by itself.
        case ending
        /// The same, and server connections are shared among clients.
        case sharing
    }

    private static let router = Task {
        let pair = try await LivePair.shared()
        let source = [pair.source.port]
        return try await MySQLRouter.start([
            .init(name: Kind.passing.rawValue, destinations: source),
            .init(
                name: Kind.ending.rawValue,
                destinations: source,
                clientTLS: "PREFERRED",
                serverTLS: "PREFERRED"
            ),
            .init(
                name: Kind.sharing.rawValue,
                destinations: source,
                clientTLS: "PREFERRED",
                serverTLS: "PREFERRED",
                settings: ["connection_sharing": "1", "connection_sharing_delay": "0"]
            ),
            .init(name: "both", destinations: [pair.source.port, pair.replica.port], strategy: "round-robin"),
        ])
    }

    private func configuration(
        _ kind: String,
        _ mode: TLSConfiguration.Mode = .required
    ) async throws -> MySQLConfiguration {
        var configuration = try await LivePair.shared().source.configuration
        configuration.endpoint = try await Self.router.value.endpoint(kind)
        configuration.tls = TLSConfiguration(mode: mode)
        configuration.getServerPublicKey = true
        // The first connection of a route may wait for the router's own to the server.
        configuration.connectTimeout = .seconds(30)
        return configuration
    }

    private func connect(
        _ kind: Kind,
        _ mode: TLSConfiguration.Mode = .required,
        _ change: (inout MySQLConfiguration) -> Void = { _ in }
    ) async throws -> MySQLConnection {
        var configuration = try await configuration(kind.rawValue, mode)
        change(&configuration)
        return try await MySQLConnection.connect(to: configuration)
    }

    private func root() async throws -> MySQLConnection {
        try await MySQLConnection.connect(to: LivePair.shared().source.configuration)
    }

    @Test(arguments: Kind.allCases, [TLSConfiguration.Mode.disabled, .preferred, .required])
    func `caching_sha2_password logs in by the full way, then by the fast one where bytes pass as they are`(
        kind: Kind,
        mode: TLSConfiguration.Mode
    ) async throws {
        let root = try await root()
        let user = "routed_\(kind)_\(mode.rawValue.lowercased())"
        _ = try await root.collect(sql: "CREATE USER \(user)@'%' IDENTIFIED BY 'r0uted-pa55'")
        let full = mode == .disabled ? AuthenticationMachine.Path.fullRSA : .fullTLS
        for path in [full, .fast] {
            let connection = try await connect(kind, mode) {
                $0.username = user
                $0.password = Secret("r0uted-pa55")
            }
            // A router that takes part wants the password itself most times, for logins of its own.
            let isFull = kind != .passing && connection.authenticationPath == full
            #expect(connection.authenticationPath == path || isFull)
            #expect((connection.tlsVersion == nil) == (mode == .disabled))
            #expect(try await connection.collect(sql: "SELECT CURRENT_USER()").scalar == "\(user)@%")
            await connection.close()
        }
        let denied = await #expect(throws: MySQLError.self) {
            try await connect(kind, mode) {
                $0.username = user
                $0.password = Secret("wrong")
            }
        }
        #expect(denied?.server?.number == 1045, "\(String(describing: denied))")
        _ = try await root.collect(sql: "DROP USER \(user)@'%'")
        await root.close()
    }

    @Test(arguments: Kind.allCases)
    func `statements are as without it: prepared ones, several results, errors, streams, big values`(
        kind: Kind
    ) async throws {
        let connection = try await connect(kind) { $0.allowsSeveralStatements = true }
        #expect(connection.serverVersion.contains("router") == (kind != .passing))
        let database = "routed_\(kind)"
        for sql in [
            "DROP DATABASE IF EXISTS \(database)", "CREATE DATABASE \(database)", "USE \(database)",
            "CREATE TABLE t (n INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20))",
        ] { _ = try await connection.collect(sql: sql) }
        let statement = try await connection.prepare("INSERT INTO t (v) VALUES (?)")
        for (id, value) in [(1, "ä"), (2, nil), (3, "🐬")] as [(UInt64, String?)] {
            #expect(try await connection.collect(statement, [value]).completion.lastInsertID == id)
        }
        let rows = try await connection.collect("SELECT v FROM t WHERE n >= \(1) ORDER BY n").rows
        #expect(rows.map { $0.string(at: 0) } == ["ä", nil, "🐬"])
        if kind == .sharing {
            let refused = await #expect(throws: MySQLError.self) {
                try await connection.query(sql: "SELECT 1; SELECT 2")
            }
            #expect(refused?.server?.number == 4501 && refused?.fate == .rejected)
        } else {
            let second = try await connection.query(sql: "SELECT 1; SELECT 2").nextResult()
            for try await batch in try #require(second) { #expect(batch.map(\.strings) == [["2"]]) }
        }
        let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELECT * FROM none") }
        #expect(error?.server?.number == 1146)
        var count = 0
        let many =
            "WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 200) SELECT a.i FROM s a, s b"
        for try await batch in try await connection.query(sql: many) { count += batch.count }
        #expect(count == 40_000)
        let value = String(repeating: "y", count: 17_000_000)
        #expect(try await connection.collect(sql: "SELECT '\(value)'").scalar == value)
        try await connection.withTransaction { connection in
            _ = try await connection.collect(sql: "DELETE FROM t WHERE n = 1")
        }
        #expect(try await connection.collect(sql: "SELECT COUNT(*) FROM t").scalar == "2")
        try await connection.changeUser(
            connection.configuration.username,
            password: connection.configuration.password,
            database: database
        )
        #expect(
            try await connection.collect(sql: "SELECT DATABASE(), @@character_set_client").firstRow?.strings == [
                database, "utf8mb4",
            ]
        )
        _ = try await connection.collect(sql: "DROP DATABASE \(database)")
        await connection.close()
    }

    @Test func `where bytes pass as they are, a cancelled statement is killed and the connection goes on`() async throws
    {
        let connection = try await connect(.passing) { $0.cancellation = .killQuery(within: .seconds(20)) }
        let id = try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar
        #expect(id == "\(connection.connectionID)")
        try await cancelSleep(connection)
        #expect(try await connection.collect(sql: "SELECT CONNECTION_ID()").scalar == id)
        await connection.close()
    }

    /// The greeting is the router's, and its connection id 0 is nobody's: what SELECT CONNECTION_ID() says may be
    /// another session's by the time of a KILL.
    @Test(arguments: [Kind.ending, .sharing])
    func `where the router greets, the connection is closed and nobody is killed`(kind: Kind) async throws {
        let root = try await root()
        let connection = try await connect(kind) { $0.cancellation = .killQuery(within: .seconds(20)) }
        #expect(connection.connectionID == 0)
        let kills = try await Self.kills(root)
        try await cancelSleep(connection)
        #expect(connection.closeReason?.code == .cancelled)
        #expect(try await Self.kills(root) == kills)
        await root.close()
    }

    /// Round robin: the killer's connection comes to the other server, where the id may be a stranger's.
    @Test func `a killer that comes to another server kills nobody there`() async throws {
        let pair = try await LivePair.shared()
        let observers = [
            try await MySQLConnection.connect(to: pair.source.configuration),
            try await MySQLConnection.connect(to: pair.replica.configuration),
        ]
        var configuration = try await configuration("both")
        configuration.password = pair.source.configuration.password
        configuration.cancellation = .killQuery(within: .seconds(20))
        let connection = try await MySQLConnection.connect(to: configuration)
        let other = try await MySQLConnection.connect(to: configuration)
        let ports = try await [connection, other].asyncMap { try await $0.collect(sql: "SELECT @@port").scalar }
        #expect(Set(ports).count == 2)
        // So that the next connection goes to the other server than the first.
        await other.close()
        try await MySQLConnection.connect(to: configuration).close()
        let before = try await observers.asyncMap { try await Self.kills($0) }
        try await cancelSleep(connection)
        _ = await connection.close()
        let after = try await observers.asyncMap { try await Self.kills($0) }
        #expect(before == after)
        #expect(connection.closeReason != nil)
        for observer in observers { await observer.close() }
    }

    private static func kills(_ connection: MySQLConnection) async throws -> String? {
        try await connection.collect(sql: "SHOW GLOBAL STATUS LIKE 'Com_kill'").firstRow?.string(at: 1)
    }

    private func cancelSleep(_ connection: MySQLConnection) async throws {
        let root = try await root()
        let replica = try await MySQLConnection.connect(to: LivePair.shared().replica.configuration)
        let marker = "SELECT SLEEP(60), \(UInt32.random(in: 0 ... .max))"
        let running = Task { try await connection.collect(sql: marker) }
        let running_ = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO = '\(marker)'"
        try await PoolRunner.expectEventually {
            let here = try await root.collect(sql: running_).scalar
            let there = try await replica.collect(sql: running_).scalar
            return here == "1" || there == "1"
        }
        running.cancel()
        let error = await #expect(throws: MySQLError.self) { try await running.value }
        #expect(error?.code == .cancelled)
        await root.close()
        await replica.close()
    }

    @Test func `shared server connections keep a session's own state apart`() async throws {
        let first = try await connect(.sharing)
        let second = try await connect(.sharing)
        _ = try await first.collect(sql: "USE mysql")
        _ = try await first.collect(sql: "SET SESSION sql_mode = 'ANSI', time_zone = '+05:00'")
        for turn in 0..<20 {
            let one = try await first.collect(
                sql: "SELECT DATABASE(), @@time_zone, @@character_set_client, 'ä', \(turn)"
            ).firstRow
            #expect(one?.strings == ["mysql", "+05:00", "utf8mb4", "ä", "\(turn)"])
            let other = try await second.collect(sql: "SELECT DATABASE(), @@time_zone = '+05:00', 'ä'").firstRow
            #expect(other?.strings == [nil, "0", "ä"])
        }
        await first.close()
        await second.close()
    }

    @Test(arguments: Kind.allCases) func `a pool's leases are reset`(kind: Kind) async throws {
        let configuration = try await configuration(kind.rawValue)
        try await withPool(configuration, PoolConfiguration(maximumConnections: 2)) { client in
            for _ in 0..<6 {
                try await client.withConnection { connection in
                    let row = try await connection.collect(sql: "SELECT @leak, DATABASE(), @@character_set_client")
                        .firstRow
                    #expect(row?.strings == [nil, nil, "utf8mb4"])
                    _ = try await connection.collect(sql: "SET @leak = 1, NAMES latin1")
                    _ = try await connection.collect(sql: "START TRANSACTION")
                }
            }
            #expect(client.statistics.connections <= 2)
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
