internal import MySQLWire

/// A session that reads or writes data: it names its server in errors, and gives every statement a deadline.
struct DataSession: Sendable {
    let name: String
    let session: any SQLSession
    /// The deadline of one statement, the reading of its rows included.
    let timeout: Duration

    /// - Parameter purpose: what is being done, for the error's text; SQL text is never shown.
    @discardableResult
    func run(_ sql: String, _ purpose: String, timeout: Duration? = nil) async throws(DataError) -> MySQLResult {
        do {
            return try await session.collect(sql: sql, timeout: timeout ?? self.timeout)
        } catch {
            throw dataError(error, purpose)
        }
    }

    func stream(_ sql: String, _ purpose: String) async throws(DataError) -> MySQLRows {
        do {
            return try await session.query(sql: sql, timeout: timeout)
        } catch {
            throw dataError(error, purpose)
        }
    }

    /// Runs a statement that only matters to servers that know it.
    func runIfKnown(_ sql: String, _ purpose: String) async throws(DataError) {
        do {
            _ = try await session.collect(sql: sql, timeout: timeout)
        } catch {
            guard error.server?.number == ServerErrorNumber.unknownSystemVariable else {
                throw dataError(error, purpose)
            }
        }
    }

    /// Marks a place in the snapshot's transaction that ``releaseTables()`` goes back to.
    func markBeforeTables() async throws(DataError) {
        try await run("SAVEPOINT \(Self.savepoint)", "preparing the transaction")
    }

    /// A transaction keeps the metadata lock of each table it read, and with it everybody's ALTER TABLE waiting;
    /// going back to a savepoint before the reading lets it go, and keeps the view.
    func releaseTables() async throws(DataError) {
        try await run("ROLLBACK TO SAVEPOINT \(Self.savepoint)", "letting a table go")
    }

    private static let savepoint = "replicakit_before_tables"

    func dataError(_ error: MySQLError, _ purpose: String) -> DataError {
        switch error.server?.number {
        case ServerErrorNumber.tableDefinitionChanged, ServerErrorNumber.noSuchTable:
            DataError(
                .definitionChanged,
                server: name,
                message: "\(purpose): a definition changed after the snapshot was taken",
                underlying: error
            )
        default:
            DataError(.statementFailed, server: name, message: purpose, underlying: error)
        }
    }

    func close() async {
        await session.close()
    }
}

/// Error numbers of the server on which a decision here rests.
enum ServerErrorNumber {
    /// ER_NO_DB_ERROR: also for an unknown function in a session without a default database.
    static let noDatabaseSelected: UInt16 = 1046
    /// ER_PARSE_ERROR
    static let parseError: UInt16 = 1064
    /// ER_NO_SUCH_TABLE
    static let noSuchTable: UInt16 = 1146
    /// ER_UNKNOWN_SYSTEM_VARIABLE
    static let unknownSystemVariable: UInt16 = 1193
    /// ER_LOCK_WAIT_TIMEOUT
    static let lockWaitTimeout: UInt16 = 1205
    /// ER_SP_DOES_NOT_EXIST: also for an unknown function.
    static let noSuchRoutine: UInt16 = 1305
    /// ER_VIEW_INVALID
    static let viewInvalid: UInt16 = 1356
    /// ER_TABLE_DEF_CHANGED: the table is younger than the snapshot.
    static let tableDefinitionChanged: UInt16 = 1412
}
