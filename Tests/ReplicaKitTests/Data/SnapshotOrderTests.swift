import MySQLWire
import Synchronization
import Testing

@testable import ReplicaKit

@Suite("The order of a snapshot's statements")
struct SnapshotOrderTests {
    private static let server = Server(
        name: "alone",
        configuration: MySQLConfiguration(endpoint: .tcp(host: "localhost", port: 1), username: "u"),
        advertised: HostAndPort(host: "localhost", port: 1)
    )

    @Test("puts the view and its coordinates between lock and unlock, and nothing else")
    func order() async throws {
        let script = RecordingSession { sql in
            sql.hasPrefix("SHOW BINARY LOG STATUS")
                ? .success(
                    MySQLResult(
                        columns: ["File", "Position", "Executed_Gtid_Set"],
                        rows: [["log.000003", "157", "a:1,\nb:2"]]
                    )
                ) : .success(MySQLResult(columns: [], rows: []))
        }
        let snapshot = try await ConsistentSnapshot.open(on: Self.server, connector: script)
        #expect(snapshot.coordinates.description == "log.000003:157" && snapshot.executedGTIDSet == "a:1,b:2")
        let statements = script.statements
        let lock = try #require(statements.firstIndex(of: "FLUSH TABLES WITH READ LOCK"))
        #expect(
            Array(statements[lock...]) == [
                "FLUSH TABLES WITH READ LOCK", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                "SHOW BINARY LOG STATUS", "UNLOCK TABLES", "SET SESSION wait_timeout = 28800, lock_wait_timeout = 60",
            ]
        )
        // Before it is asked for: what ends the lock should this program stand still.
        #expect(statements[lock - 1] == "SET SESSION wait_timeout = 5")
        #expect(statements.contains { $0.contains("time_zone = '+00:00'") && $0.contains("lock_wait_timeout = 1") })
    }

    @Test("asks an older server in its own words, and closes the session when the lock is not granted")
    func oldServerWithoutLock() async {
        let script = RecordingSession { sql in
            switch sql {
            case "SHOW BINARY LOG STATUS": .failure(Self.error(1064))
            case "FLUSH TABLES WITH READ LOCK": .failure(Self.error(1205))
            default: .success(MySQLResult(columns: [], rows: []))
            }
        }
        let options = SnapshotOptions(attempts: 3, pauseBetweenAttempts: .zero)
        await #expect(throws: DataError.self) {
            _ = try await ConsistentSnapshot.open(on: Self.server, connector: script, options: options)
        }
        #expect(script.statements.filter { $0.hasPrefix("FLUSH") }.count == 3)
        #expect(script.isClosed)
    }

    private static func error(_ number: UInt16) -> MySQLError {
        MySQLError(
            .server,
            phase: .command,
            fate: .rejected,
            message: "",
            server: .init(number: number, sqlState: nil, message: "")
        )
    }
}

/// A session that answers as it is told, and remembers what it was asked.
private final class RecordingSession: SQLSession, ServerConnector {
    private struct State {
        var statements: [String] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let answer: @Sendable (String) -> Result<MySQLResult, MySQLError>

    init(_ answer: @escaping @Sendable (String) -> Result<MySQLResult, MySQLError>) {
        self.answer = answer
    }

    var statements: [String] { state.withLock { $0.statements } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession { self }

    func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
        state.withLock { $0.statements.append(sql) }
        return try answer(sql).get()
    }

    func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
        throw MySQLError(.invalidArgument, phase: .command, message: "this session streams nothing")
    }

    func close() async { state.withLock { $0.isClosed = true } }
}
