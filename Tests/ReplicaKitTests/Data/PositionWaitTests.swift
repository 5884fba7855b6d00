import MySQLWire
import Synchronization
import Testing

@testable import ReplicaKit

@Suite("The channel that a comparison waits on")
struct PositionWaitTests {
    private static let uuid = "b15dcc50-e708-11f1-91bd-02fc00000001"

    /// Answers the look at the channels with one row list after the other, the last one for ever.
    private final class Channels: SQLSession {
        private let answers: Mutex<[[[String?]]]>

        init(_ answers: [[[String?]]]) {
            self.answers = Mutex(answers)
        }

        func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
            if sql.contains("@@server_uuid") { return MySQLResult(columns: ["uuid"], rows: [[PositionWaitTests.uuid]]) }
            guard sql.contains("replication_connection_status") else {
                return MySQLResult(columns: ["x"], rows: [[nil]])
            }
            let rows = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
            return MySQLResult(columns: ["name", "uuid", "state"], rows: rows)
        }

        func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
            MySQLRows(try await collect(sql: sql, timeout: timeout))
        }

        func close() async {}
    }

    private func prepare(_ answers: [[[String?]]]) async throws {
        let session = Channels(answers)
        let source = DataSession(name: "source", session: session, timeout: .seconds(1))
        let replica = DataSession(name: "replica", session: session, timeout: .seconds(1))
        _ = try await PositionWait.prepare(source: source, replica: replica)
    }

    @Test("may not know its source yet, just after it has connected")
    func unknownYet() async throws {
        try await prepare([[["", "", "ON"]], [["", nil, "CONNECTING"]], [["", Self.uuid, "ON"]]])
    }

    @Test(
        "is none where it leads elsewhere, or nowhere",
        arguments: [
            [], [["", "", "OFF"]], [["", "00000000-e708-11f1-91bd-02fc00000001", "ON"]],
        ] as [[[String?]]]
    )
    func elsewhere(rows: [[String?]]) async {
        let error = await #expect(throws: DataError.self) { try await prepare([rows]) }
        #expect(error?.code == .notItsReplica)
    }
}
