internal import MySQLWire

extension ConsistentSnapshot {
    /// Opens a snapshot on a source and one on its replica, both at ONE position of the source's binary log.
    ///
    /// The replica is first given time to come near. Then the source's writers are held up, at most for
    /// ``SnapshotOptions/maximumLockHold`` in each attempt, until the replica has applied the source's last
    /// transaction.
    ///
    /// - Throws: ``DataError/Code/notItsReplica`` when the replica's source is another server,
    ///   ``DataError/Code/replicaNotApplying``, ``DataError/Code/replicaBehind``, and what
    ///   ``open(on:connector:options:)`` throws.
    public static func openPair(
        source: Server,
        replica: Server,
        connector: any ServerConnector,
        options: SnapshotOptions = SnapshotOptions()
    ) async throws(DataError) -> (source: ConsistentSnapshot, replica: ConsistentSnapshot) {
        let (left, right) = try await concurrently(
            { () async throws(DataError) in
                try await SnapshotOpener.connect(to: source, connector: connector, options: options)
            },
            { () async throws(DataError) in
                try await SnapshotOpener.connect(to: replica, connector: connector, options: options)
            }
        )
        do {
            let wait = try await PositionWait.prepare(source: left.data, replica: right.data)
            return try await openPair(left, right, wait)
        } catch {
            await left.data.close()
            await right.data.close()
            throw error
        }
    }

    private static func openPair(
        _ source: SnapshotOpener,
        _ replica: SnapshotOpener,
        _ wait: PositionWait
    ) async throws(DataError) -> (source: ConsistentSnapshot, replica: ConsistentSnapshot) {
        let options = source.options
        guard try await wait.until(source.position().coordinates, timeout: options.catchUpTimeout) else {
            throw behind(replica, "within \(options.catchUpTimeout)")
        }
        for attempt in 1... {
            let began = try await source.lock()
            let position = try await source.begin()
            if try await wait.until(position.coordinates, timeout: options.maximumLockHold) {
                let replicaPosition = try await replica.begin()
                let held = try await source.unlock(since: began)
                return (
                    source.snapshot(at: position, lockHeld: held),
                    replica.snapshot(at: replicaPosition, lockHeld: .zero)
                )
            }
            _ = try await source.unlock(since: began)
            try await source.data.run("ROLLBACK", "ending the snapshot")
            guard attempt < options.attempts else { break }
            try await source.pause()
        }
        throw behind(replica, "while the source's writers were held up")
    }

    private static func behind(_ replica: SnapshotOpener, _ when: String) -> DataError {
        DataError(
            .replicaBehind,
            server: replica.server.name,
            message: "the replica did not reach its source's position \(when)"
        )
    }
}
