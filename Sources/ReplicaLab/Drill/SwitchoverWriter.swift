internal import MySQLWire
internal import ReplicaKit
internal import Synchronization

/// A client that goes on writing while source and replica change roles: what it sees is the write pause, and what was
/// acknowledged to it must be there at the end.
///
/// It writes one row after the other, on whichever of the two takes it.
final class SwitchoverWriter: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        /// Rows that a server acknowledged.
        var acknowledged = 0
        /// The longest time between two acknowledgements, the first of which came before it.
        var longestPause = Duration.zero
        /// Why it gave up; nil where it was told to stop.
        var failure: String?
    }

    private let prefix: String
    private let sessions: [any SQLSession]
    private let isStopped = Mutex(false)
    private struct Beginning {
        /// A row has been acknowledged.
        var isThere = false
        var failure: String?
    }
    private let beginning = Mutex(Beginning())

    /// - Parameter prefix: what each row's text begins with; a number follows.
    static func connect(
        to servers: [Server],
        prefix: String,
        connector: any ServerConnector
    ) async throws(MySQLError) -> SwitchoverWriter {
        var sessions: [any SQLSession] = []
        for server in servers { sessions.append(try await connector.connect(to: server)) }
        return SwitchoverWriter(prefix: prefix, sessions: sessions)
    }

    private init(prefix: String, sessions: [any SQLSession]) {
        self.prefix = prefix
        self.sessions = sessions
    }

    func stop() { isStopped.withLock { $0 = true } }

    /// Waits until a row has been acknowledged.
    ///
    /// - Throws: where the writer gave up before, or no server took a row in time.
    func waitForFirstRow(within patience: Duration) async throws {
        let deadline = ContinuousClock.now + patience
        while true {
            let beginning = beginning.withLock { $0 }
            if beginning.isThere { return }
            if let failure = beginning.failure { throw DrillFailure("the client's first write failed: \(failure)") }
            guard ContinuousClock.now < deadline else {
                throw DrillFailure("neither server took a write of the client within \(patience)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Writes until ``stop()``.
    func run() async -> Outcome {
        var outcome = Outcome()
        var last: ContinuousClock.Instant?
        var current = 0
        while !isStopped.withLock({ $0 }) {
            let text = "\(prefix)\(outcome.acknowledged + 1)"
            let sql = "INSERT INTO \(DrillCourse.table) VALUES (\(SQLText.literal(text)))"
            do throws(MySQLError) {
                _ = try await sessions[current].collect(sql: sql, timeout: .seconds(20))
                let now = ContinuousClock.now
                if let last { outcome.longestPause = max(outcome.longestPause, now - last) }
                last = now
                outcome.acknowledged += 1
                beginning.withLock { $0.isThere = true }
            } catch {
                // ER_OPTION_PREVENTS_STATEMENT: fenced, so the other one is, or soon will be, the source.
                guard error.server?.number == 1290 else {
                    outcome.failure = "\(error)"
                    beginning.withLock { $0.failure = "\(error)" }
                    break
                }
                current = (current + 1) % sessions.count
            }
            guard (try? await Task.sleep(for: .milliseconds(2))) != nil else { break }
        }
        for session in sessions { await session.close() }
        return outcome
    }
}
