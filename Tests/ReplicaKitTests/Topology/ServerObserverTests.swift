import MySQLWire
import ReplicaKit
import Synchronization
import Testing

@Suite struct ServerObserverTests {
    /// Answers by the beginning of the statement; what is not listed is refused as by a server without that right.
    struct ScriptedSession: SQLSession {
        var answers: [String: MySQLResult]

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            if let answer = answers.first(where: { sql.hasPrefix($0.key) })?.value { return answer }
            throw MySQLError(
                .server,
                phase: .command,
                fate: .rejected,
                message: "refused",
                server: .init(number: 1227, sqlState: "42000", message: "Access denied")
            )
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            throw MySQLError(.invalidArgument, phase: .command, message: "not scripted")
        }

        func close() async {}
    }

    struct ScriptedConnector: ServerConnector {
        var sessions: [String: ScriptedSession]

        func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
            guard let session = sessions[server.name] else {
                throw MySQLError(.unreachable, phase: .connecting, message: "no route")
            }
            return session
        }
    }

    static func server(_ name: String) -> Server {
        Server(
            name: name,
            configuration: MySQLConfiguration(endpoint: .tcp(host: name, port: 3306), username: "admin"),
            advertised: HostAndPort(host: name, port: 3306)
        )
    }

    @Test func observesEachServerAndKeepsTheOrder() async throws {
        let session = ScriptedSession(answers: [
            "SELECT VERSION()": MySQLResult(columns: ["VERSION()"], rows: [["9.7.4-2"]]),
            "SHOW GLOBAL VARIABLES": MySQLResult(
                columns: ["Variable_name", "Value"],
                rows: [
                    ["read_only", "ON"], ["super_read_only", "OFF"], ["server_id", "2"], ["log_replica_updates", "ON"],
                ]
            ),
            "SHOW REPLICA STATUS": MySQLResult(columns: ["Source_Host"], rows: []),
            "SHOW REPLICAS": MySQLResult(
                columns: ["Server_Id", "Host", "Port", "Source_Id", "Replica_UUID"],
                rows: [["3", "", "3306", "2", "u-u"]]
            ),
        ])
        let observer = ServerObserver(connector: ScriptedConnector(sessions: ["b": session]))
        let observed = await observer.observe([Self.server("a"), Self.server("b")])
        #expect(observed.map(\.name) == ["a", "b"])
        #expect(observed[0].error?.code == .unreachable)
        #expect(observed[0].liveness == .silent)
        let seen = try #require(observed[1].observation)
        #expect(observed[1].liveness == .alive)
        #expect(seen.readOnly == true && seen.superReadOnly == false && seen.isWritable == false && !seen.isFenced)
        #expect(seen.isReplica == false)
        #expect(seen.serverID == 2)
        #expect(seen.logsReplicaUpdates == true)
        #expect(seen.binaryLogEnabled == nil)
        #expect(seen.connectedReplicas == [ConnectedReplica(serverID: 3, serverUUID: "u-u", address: nil)])
        #expect(seen.source == nil)
        #expect(seen.unreadable["source status"]?.contains("1227") == true)
        #expect(seen.persistedVariables == nil)
    }

    /// Lets nobody in before all have come: who asks one after the other waits for ever at the first.
    final class Door: ServerConnector {
        private let waiting: Mutex<Int>

        init(for count: Int) { waiting = Mutex(count) }

        func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
            waiting.withLock { $0 -= 1 }
            let deadline = ContinuousClock.now + .seconds(20)
            while waiting.withLock({ $0 > 0 }), ContinuousClock.now < deadline {
                try? await Task.sleep(for: .milliseconds(1))
            }
            guard waiting.withLock({ $0 == 0 }) else {
                throw MySQLError(.timedOut, phase: .connecting, message: "alone at the door")
            }
            return ScriptedSession(answers: ["SELECT VERSION()": MySQLResult(columns: ["v"], rows: [["9.7.4"]])])
        }
    }

    @Test func observesAllAtTheSameTime() async {
        let servers = ["a", "b", "c", "d"].map { Self.server($0) }
        let observed = await ServerObserver(connector: Door(for: servers.count)).observe(servers)
        #expect(observed.map(\.name) == ["a", "b", "c", "d"])
        #expect(observed.allSatisfy { $0.observation != nil }, "\(observed.compactMap(\.error))")
    }

    @Test func unreadableReplicaStatusIsUnknownAndNotNoReplica() async throws {
        let session = ScriptedSession(answers: ["SELECT VERSION()": MySQLResult(columns: ["v"], rows: [["9.7.4"]])])
        let seen = try await ServerObserver(connector: ScriptedConnector(sessions: [:])).observe(session)
        #expect(seen.isReplica == nil)
        #expect(seen.isWritable == nil)
    }

    @Test func aPeerWithoutAVersionIsAnError() async {
        let session = ScriptedSession(answers: ["SELECT VERSION()": MySQLResult(columns: ["v"], rows: [["hello"]])])
        await #expect(throws: MySQLError.self) {
            try await ServerObserver(connector: ScriptedConnector(sessions: [:])).observe(session)
        }
    }
}
