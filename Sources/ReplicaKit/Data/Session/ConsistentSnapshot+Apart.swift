internal import MySQLWire

extension ConsistentSnapshot {
    /// Opens a snapshot on each of two servers that do not replicate from each other, at one moment: while the writers
    /// of both are held up. They are at places of their own in binary logs of their own.
    ///
    /// - Throws: what ``open(on:connector:options:)`` throws.
    public static func openApart(
        _ left: Server,
        _ right: Server,
        connector: any ServerConnector,
        options: SnapshotOptions = SnapshotOptions()
    ) async throws(DataError) -> (ConsistentSnapshot, ConsistentSnapshot) {
        // Whoever has its lock does not hold it while the other waits again and again.
        var once = options
        once.attempts = 1
        let openerOptions = once
        let (first, second) = try await concurrently(
            { () async throws(DataError) in
                try await SnapshotOpener.connect(to: left, connector: connector, options: openerOptions)
            },
            { () async throws(DataError) in
                try await SnapshotOpener.connect(to: right, connector: connector, options: openerOptions)
            }
        )
        do {
            return try await openApart(first, second, attempts: options.attempts)
        } catch {
            await first.data.close()
            await second.data.close()
            throw error
        }
    }

    private static func openApart(
        _ first: SnapshotOpener,
        _ second: SnapshotOpener,
        attempts: Int
    ) async throws(DataError) -> (ConsistentSnapshot, ConsistentSnapshot) {
        var attempt = 1
        while true {
            do {
                let began = try await first.lock()
                let alsoBegan = try await second.lock()
                let positions = try await concurrently(
                    { () async throws(DataError) in try await first.begin() },
                    { () async throws(DataError) in try await second.begin() }
                )
                let held = try await first.unlock(since: began)
                let alsoHeld = try await second.unlock(since: alsoBegan)
                return (
                    first.snapshot(at: positions.0, lockHeld: held),
                    second.snapshot(at: positions.1, lockHeld: alsoHeld)
                )
            } catch {
                guard error.code == .lockNotGranted, attempt < attempts else { throw error }
            }
            try await first.data.run("UNLOCK TABLES", "giving the read lock back", timeout: .seconds(10))
            attempt += 1
            try await first.pause()
        }
    }
}
