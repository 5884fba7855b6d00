internal import MySQLWire

/// The session that changes the target: every statement is announced, counted, and checked.
final class RepairSession {
    let data: DataSession
    let options: RepairOptions
    /// The longest statement that the server takes, in bytes.
    let packetLimit: Int
    private(set) var statements: [String] = []

    private init(data: DataSession, options: RepairOptions, packetLimit: Int) {
        self.data = data
        self.options = options
        self.packetLimit = packetLimit
    }

    static func open(
        on server: Server,
        connector: any ServerConnector,
        options: RepairOptions
    ) async throws(DataError) -> RepairSession {
        let data = try await DataSession.open(on: server, connector: connector, timeout: options.statementTimeout)
        do {
            try await data.applyRepairSettings(lockWaitSeconds: options.lockWaitSeconds)
            let limit = try await data.run("SELECT @@max_allowed_packet", "reading the longest statement allowed")
            let bytes: Int = limit.firstRow?.integer(at: 0) ?? 1 << 20
            return RepairSession(data: data, options: options, packetLimit: bytes - 1024)
        } catch {
            await data.close()
            throw error
        }
    }

    /// Runs a statement that changes a definition, after announcing it.
    func define(
        _ statement: String,
        database: String?,
        object: String?,
        undo: [String] = []
    ) async throws(DataError) {
        try await announce(
            .willRun(statement, on: data.name, database: database, object: object, undo: undo)
        )
        statements.append(statement)
        try await data.run(statement, "changing the definition of \(object ?? database ?? "the server")")
    }

    func announce(_ event: RepairEvent) async throws(DataError) {
        guard let events = options.events else { return }
        do {
            try await events(event)
        } catch {
            throw DataError(.statementFailed, server: data.name, message: "the journal refused an entry: \(error)")
        }
    }

    /// Makes an object under the settings that are stored with it.
    func create(_ object: SchemaObject) async throws(DataError) {
        try await data.run("USE \(quoted(object.id.database))", "choosing database \(object.id.database)")
        guard let context = object.context else {
            try await define(object.creation, database: object.id.database, object: object.id.name)
            return
        }
        var settings = """
            SET SESSION character_set_client = \(SQLText.literal(context.characterSetClient)), \
            collation_connection = \(SQLText.literal(context.collationConnection))
            """
        if let mode = context.sqlMode { settings += ", sql_mode = \(SQLText.literal(mode))" }
        if let zone = context.timeZone { settings += ", time_zone = \(SQLText.literal(zone))" }
        try await data.run(settings, "preparing the definition of \(object.id.name)")
        let failure: DataError?
        do {
            try await createKnowingOldWords(object)
            failure = nil
        } catch {
            failure = error
        }
        try await data.run(
            "SET SESSION sql_mode = '\(DataSession.exactMode)', time_zone = '+00:00'",
            "preparing the session"
        )
        try await data.run("SET NAMES utf8mb4", "preparing the session")
        if let failure { throw failure }
    }

    private func createKnowingOldWords(_ object: SchemaObject) async throws(DataError) {
        do {
            try await define(object.creation, database: object.id.database, object: object.id.name)
        } catch {
            guard object.id.kind == .event, error.serverErrorNumber == ServerErrorNumber.parseError,
                let words = object.creation.firstRange(of: EventReader.disabled)
            else { throw error }
            var statement = object.creation
            statement.replaceSubrange(words, with: EventReader.disabledOldStyle)
            try await define(statement, database: object.id.database, object: object.id.name)
        }
    }

    /// Runs statements in one transaction; each must change exactly as many rows as it says.
    ///
    /// - Throws: ``DataError/Code/unexpectedRowCount`` after a rollback.
    func write(
        _ batch: [(sql: String, rows: UInt64)],
        _ table: TableInfo,
        isLenient: Bool = false
    ) async throws(DataError) {
        let purpose = "writing rows of \(table.database).\(table.name)"
        if isLenient { try await data.run("SET SESSION sql_mode = '\(DataSession.lenientMode)'", purpose) }
        try await data.run("START TRANSACTION", purpose)
        for (sql, rows) in batch {
            let changed = try await data.run(sql, purpose).completion.affectedRows
            guard changed == rows else {
                try await data.run("ROLLBACK", purpose)
                throw DataError(
                    .unexpectedRowCount,
                    server: data.name,
                    message: "\(purpose): a statement changed \(changed) rows instead of \(rows); it was rolled back"
                )
            }
        }
        try await data.run("COMMIT", purpose)
        if isLenient { try await data.run("SET SESSION sql_mode = '\(DataSession.exactMode)'", purpose) }
    }
}
