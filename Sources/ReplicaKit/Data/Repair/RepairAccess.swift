internal import MySQLWire

/// What a repair takes away on the target for its own time, and puts back in every case: triggers, which would fire
/// for rows that are only moved into place, and `super_read_only`, which keeps everybody out.
final class RepairAccess {
    let target: Server
    let connector: any ServerConnector
    let session: RepairSession
    private var removedTriggers: [SchemaObject] = []
    private var isSuperReadOnlyLifted = false

    init(target: Server, connector: any ServerConnector, session: RepairSession) {
        self.target = target
        self.connector = connector
        self.session = session
    }

    func liftSuperReadOnly(_ reader: DataSession) async throws(DataError) {
        guard session.options.liftsSuperReadOnly else { return }
        let result = try await reader.run("SELECT @@GLOBAL.super_read_only", "reading super_read_only")
        guard result.scalar == "1" else { return }
        isSuperReadOnlyLifted = true
        try await session.define(
            "SET GLOBAL super_read_only = 0",
            database: nil,
            object: nil,
            undo: ["SET GLOBAL super_read_only = 1"]
        )
    }

    /// Removes the triggers of a table; they are in the order in which they were made.
    func remove(_ triggers: [SchemaObject]) async throws(DataError) {
        for trigger in triggers {
            removedTriggers.append(trigger)
            let name = TableName(database: trigger.id.database, name: trigger.id.name)
            try await session.define(
                "DROP TRIGGER IF EXISTS \(quoted(name))",
                database: trigger.id.database,
                object: trigger.id.name,
                undo: [trigger.creation]
            )
        }
    }

    /// Puts the triggers back.
    func putTriggersBack(_ session: RepairSession? = nil) async throws(DataError) {
        let session = session ?? self.session
        while let trigger = removedTriggers.first {
            let exists = try await session.data.run(
                """
                SELECT COUNT(*) FROM information_schema.TRIGGERS \
                WHERE TRIGGER_SCHEMA = \(SQLText.literal(trigger.id.database)) \
                AND TRIGGER_NAME = \(SQLText.literal(trigger.id.name))
                """,
                "looking for trigger \(trigger.id.name)"
            )
            if exists.scalar == "0" { try await session.create(trigger) }
            removedTriggers.removeFirst()
        }
    }

    func restore() async throws(DataError) {
        try await restore(session)
    }

    private func restore(_ session: RepairSession) async throws(DataError) {
        try await putTriggersBack(session)
        guard isSuperReadOnlyLifted else { return }
        try await session.define("SET GLOBAL super_read_only = 1", database: nil, object: nil)
        isSuperReadOnlyLifted = false
    }

    /// The same over a connection of its own, and out of reach of a cancellation of the task that failed.
    ///
    /// - Returns: why it did not work; nil where it did.
    func restoreAfterFailure() async -> DataError? {
        guard !removedTriggers.isEmpty || isSuperReadOnlyLifted else { return nil }
        let restorer = Restorer(access: self)
        return await Task.detached { await restorer.run() }.value
    }

    // Safety: the task that owns the access waits for the one that restores, so only one of them uses it at a time.
    private struct Restorer: @unchecked Sendable {
        let access: RepairAccess

        func run() async -> DataError? {
            do {
                let fresh = try await RepairSession.open(
                    on: access.target,
                    connector: access.connector,
                    options: access.session.options
                )
                do {
                    try await access.restore(fresh)
                    await fresh.data.close()
                } catch {
                    await fresh.data.close()
                    return error
                }
                return nil
            } catch {
                return error
            }
        }
    }
}
