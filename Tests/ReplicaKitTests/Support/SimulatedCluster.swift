import Foundation
import MySQLWire

@testable import ReplicaKit

/// Servers without any server: enough of MySQL to replicate rows by position, to be fenced, and to be split by
/// whoever makes a mistake.
///
/// After each statement a client writes one row to every server that lets it. Two writable servers at once, or a row
/// that was taken and is gone at the end, are thus seen by every test.
final class SimulatedCluster: @unchecked Sendable {
    // Safety: everything is guarded by the lock.
    private let lock = NSRecursiveLock()
    private var servers: [String: SimulatedServer] = [:]
    private var written = 0
    private var counter = 0
    private(set) var violations: [String] = []
    /// Every statement that changed something, in order.
    private(set) var log: [String] = []
    /// Rows that a client was told are committed.
    private(set) var acknowledged: [String] = []
    var clientsWrite = true
    /// read_only does not keep them out, only super_read_only does.
    var clientsArePrivileged = false

    init() {
        for (index, name) in ["a", "b"].enumerated() { servers[name] = SimulatedServer(name: name, id: index + 1) }
    }

    subscript(name: String) -> SimulatedServer {
        get { lock.withLock { servers[name] ?? SimulatedServer(name: name, id: 9) } }
        set { lock.withLock { servers[name] = newValue } }
    }

    func change(_ name: String, _ body: (inout SimulatedServer) -> Void) {
        lock.withLock {
            body(&servers[name, default: SimulatedServer(name: name, id: 9)])
            pump()
        }
    }

    static func server(_ name: String) -> Server {
        let port: UInt16 = name == "a" ? 3301 : 3302
        return Server(
            name: name,
            configuration: MySQLConfiguration(
                endpoint: .tcp(host: name, port: port),
                username: "admin",
                password: Secret("admin")
            ),
            advertised: HostAndPort(host: name, port: port)
        )
    }

    /// `b` follows `a`, both hold the same rows.
    static func running(channel: String = "") -> SimulatedCluster {
        let cluster = SimulatedCluster()
        cluster.change("b") {
            $0.readOnly = true
            $0.superReadOnly = true
            $0.channel = .init(name: channel, source: "a", read: 158, executed: 158, receiver: true, applier: true)
        }
        cluster.clientWrites(3)
        return cluster
    }

    func clientWrites(_ count: Int) {
        lock.withLock { for _ in 0..<count { clientWritesEverywhere() } }
    }

    // MARK: What a connection does

    func connect(_ server: Server) throws(MySQLError) {
        lock.lock()
        defer { lock.unlock() }
        guard servers[server.name]?.isAlive == true else {
            throw MySQLError(.unreachable, phase: .connecting, message: "connection refused")
        }
        if server.configuration.username == "repl", server.configuration.password != Secret("replpass") {
            throw MySQLError(
                .server,
                phase: .authentication,
                message: "denied",
                server: .init(number: 1045, sqlState: "28000", message: "Access denied")
            )
        }
    }

    func execute(_ sql: String, on name: String) throws(MySQLError) -> MySQLResult {
        lock.lock()
        defer { lock.unlock() }
        guard var server = servers[name], server.isAlive else {
            throw MySQLError(.connectionClosed, phase: .command, fate: .maybeExecuted, message: "gone")
        }
        if sql.hasPrefix("SHOW REPLICAS") {
            let followers = servers.values.filter {
                $0.isAlive && $0.channel?.source == name && $0.channel?.receiver == true
            }
            return MySQLResult(
                columns: ["Server_Id", "Host", "Port", "Source_Id", "Replica_UUID"],
                rows: followers.map { [String($0.id), "", "0", String(server.id), $0.uuid] }
            )
        }
        defer {
            servers[name] = server
            pump()
            if clientsWrite { clientWritesEverywhere() }
        }
        if !["SHOW", "SELECT", "SET SESSION"].contains(where: { sql.hasPrefix($0) }) { log.append("\(name)> \(sql)") }
        return try server.execute(sql, sourceUUID: { self.servers[$0].map(\.uuid) })
    }

    // MARK: What happens by itself

    private func clientWritesEverywhere() {
        counter += 1
        let open = servers.values.filter {
            $0.isAlive && !(clientsArePrivileged ? $0.superReadOnly : $0.readOnly || $0.offline)
        }.map(\.name).sorted()
        if open.count > 1 { violations.append("\(open) were writable at once, after: \(log.last ?? "-")") }
        for name in open {
            let row = "w\(counter)@\(name)"
            servers[name]?.write(.row(row))
            acknowledged.append(row)
        }
        pump()
    }

    private func pump() {
        for _ in 0..<2 {
            for name in servers.keys.sorted() {
                guard let server = servers[name], server.isAlive, let channel = server.channel else { continue }
                guard let source = servers[channel.source] else { continue }
                servers[name]?.replicate(from: source)
            }
        }
    }

    func rows(_ name: String) -> [String] { self[name].rows.sorted() }
}

struct SimulatedConnector: ServerConnector {
    let cluster: SimulatedCluster

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
        try cluster.connect(server)
        return SimulatedSession(cluster: cluster, name: server.name)
    }
}

struct SimulatedSession: SQLSession {
    let cluster: SimulatedCluster
    let name: String

    func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
        try cluster.execute(sql, on: name)
    }

    func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
        throw MySQLError(.invalidArgument, phase: .command, message: "not simulated")
    }

    func close() async {}
}

/// Reads, repairs and compares the simulated data.
struct SimulatedReconciler: DataReconciler {
    let cluster: SimulatedCluster
    /// As a binary log whose rows cannot be decoded.
    var hidesRows = false

    func scan(_ old: Server, after anchor: BinaryLogCoordinates) async throws -> TailScan {
        let server = cluster[old.name]
        let tail = server.events(from: anchor.position).enumerated().compactMap { index, change in
            change.rowText.map { (text: $0, position: anchor.position + 100 * UInt64(index)) }
        }
        let report = LostReport(
            server: old.name,
            from: anchor,
            to: server.end,
            transactions: tail.map { Self.transaction($0.text, at: $0.position) }
        )
        let summary = tail.map(\.text) + (hidesRows ? ["their rows are unknown"] : [])
        return tail.isEmpty
            ? .nothing : .lost(count: tail.count, summary: summary, report: hidesRows ? nil : report)
    }

    static func transaction(_ text: String, at position: UInt64) -> LostReport.Transaction {
        LostReport.Transaction(
            file: "binlog.000001",
            startPosition: position,
            endPosition: position + 100,
            time: "2026-01-01T00:00:00.000Z",
            gtid: nil,
            serverID: 1,
            changes: [
                LostReport.Change(
                    kind: .insert,
                    database: "d",
                    table: "t",
                    key: nil,
                    before: nil,
                    after: RowImage(fields: [.init(column: "text", value: .text(text))]),
                    changedColumns: []
                )
            ],
            statements: [],
            gaps: []
        )
    }

    func keep(
        old: Server,
        new: Server,
        after anchor: BinaryLogCoordinates,
        recording: [String],
        note: @escaping @Sendable (String) -> Void
    ) async throws -> String {
        let tail = cluster[old.name].events(from: anchor.position).compactMap(\.rowText)
        cluster.change(new.name) { server in for row in tail { server.write(.row(row)) } }
        for sql in recording { _ = try cluster.execute(sql, on: new.name) }
        return "\(tail.count) row(s) kept"
    }

    func repair(old: Server, new: Server, savePath: String?, note: @escaping @Sendable (String) -> Void) async throws
        -> DataRepair
    {
        let truth = cluster[new.name]
        let target = cluster[old.name]
        guard !target.superReadOnly, target.readOnly, target.offline else {
            throw OperationError(.precondition, server: old.name, "not open for a repair")
        }
        cluster.change(old.name) { $0.rows = truth.rows }
        return DataRepair(coordinates: truth.end)
    }

    func compare(source: Server, replica: Server, note: @escaping @Sendable (String) -> Void) async throws
        -> ComparisonReport
    {
        let (left, right) = (cluster.rows(source.name), cluster.rows(replica.name))
        let text =
            #"{"source":{"server":"s"},"replica":{"server":"r"},"isIdentical":\#(left == right),"databasesCompared":1,"tablesCompared":1,"rowsCompared":\#(left.count),"objects":[],"tables":[],"notCompared":[],"seconds":0}"#
        return try JSONDecoder().decode(ComparisonReport.self, from: Data(text.utf8))
    }
}
