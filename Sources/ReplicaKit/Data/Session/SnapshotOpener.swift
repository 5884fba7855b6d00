internal import MySQLWire

/// The steps of opening a snapshot, apart from each other, so that a pair of servers can interleave them.
struct SnapshotOpener: Sendable {
    let server: Server
    let data: DataSession
    let options: SnapshotOptions
    private let statusStatement: String

    static func connect(
        to server: Server,
        connector: any ServerConnector,
        options: SnapshotOptions
    ) async throws(DataError) -> SnapshotOpener {
        let data = try await DataSession.open(on: server, connector: connector, timeout: options.statementTimeout)
        do {
            try await data.applyReadSettings(lockWaitSeconds: options.lockWaitSeconds)
            // Which statement the server knows is found out before any lock is held.
            let statement = try await knownStatusStatement(data)
            return SnapshotOpener(server: server, data: data, options: options, statusStatement: statement)
        } catch {
            await data.close()
            throw error
        }
    }

    /// Takes the global read lock; returns when it was asked for in the attempt that got it.
    func lock() async throws(DataError) -> ContinuousClock.Instant {
        // Should this program be stopped while it holds the lock, the server ends the idle session, and the lock.
        let idle = max(5, options.maximumLockHold.components.seconds + 4)
        try await data.run("SET SESSION wait_timeout = \(idle)", "preparing the lock")
        var attempt = 1
        while true {
            let began = ContinuousClock.now
            do {
                _ = try await data.session.collect(
                    sql: "FLUSH TABLES WITH READ LOCK",
                    timeout: .seconds(options.lockWaitSeconds + 10)
                )
                return began
            } catch {
                guard error.server?.number == ServerErrorNumber.lockWaitTimeout else {
                    throw data.dataError(error, "taking the read lock")
                }
                guard attempt < options.attempts else {
                    throw DataError(
                        .lockNotGranted,
                        server: server.name,
                        message: "the read lock was not granted in \(attempt) attempts; a long statement is running",
                        underlying: error
                    )
                }
            }
            attempt += 1
            try await pause()
        }
    }

    func pause() async throws(DataError) {
        do {
            try await Task.sleep(for: options.pauseBetweenAttempts)
        } catch {
            throw DataError(.statementFailed, server: server.name, message: "cancelled while waiting for the read lock")
        }
    }

    /// The end of the binary log, and the executed GTID set.
    func position() async throws(DataError) -> (coordinates: BinaryLogCoordinates, gtids: String?) {
        let result = try await data.run(statusStatement, "reading the binary log's position", timeout: .seconds(10))
        guard let row = result.firstRow, let file = row.string("File"),
            let position: UInt64 = row.integer("Position")
        else {
            throw DataError(.noBinaryLog, server: server.name, message: "the server writes no binary log")
        }
        let gtids = row.string("Executed_Gtid_Set")?.filter { !$0.isWhitespace }
        return (BinaryLogCoordinates(file: file, position: position), gtids)
    }

    /// Opens the view; called under the lock.
    func begin() async throws(DataError) -> (coordinates: BinaryLogCoordinates, gtids: String?) {
        try await data.run(
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            "opening the snapshot",
            timeout: .seconds(10)
        )
        return try await position()
    }

    func unlock(since began: ContinuousClock.Instant) async throws(DataError) -> Duration {
        try await data.run("UNLOCK TABLES", "giving the read lock back", timeout: .seconds(10))
        let held = began.duration(to: .now)
        // From here on, waiting holds up nobody else.
        try await data.run("SET SESSION wait_timeout = 28800, lock_wait_timeout = 60", "preparing the session")
        return held
    }

    func snapshot(
        at position: (coordinates: BinaryLogCoordinates, gtids: String?),
        lockHeld: Duration
    ) -> ConsistentSnapshot {
        ConsistentSnapshot(
            server: server,
            session: data.session,
            coordinates: position.coordinates,
            executedGTIDSet: position.gtids,
            lockHeld: lockHeld,
            statementTimeout: options.statementTimeout
        )
    }

    private static func knownStatusStatement(_ data: DataSession) async throws(DataError) -> String {
        do {
            _ = try await data.session.collect(sql: "SHOW BINARY LOG STATUS", timeout: .seconds(10))
            return "SHOW BINARY LOG STATUS"
        } catch {
            // Older than 8.2.
            guard error.server?.number == ServerErrorNumber.parseError else {
                throw data.dataError(error, "reading the binary log's position")
            }
            return "SHOW MASTER STATUS"
        }
    }
}
