internal import MySQLWire

/// The settings that make what is read and written independent of each server's defaults.
extension DataSession {
    /// No zero-date rules, so that every stored date can be written back; strict, so that nothing is changed silently.
    static let exactMode = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,STRICT_ALL_TABLES"
    /// As ``exactMode``, for the one value that strict mode refuses: the ENUM index 0.
    static let lenientMode = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES"

    /// Connects without a default database: SHOW CREATE VIEW qualifies names by it.
    static func open(
        on server: Server,
        connector: any ServerConnector,
        timeout: Duration
    ) async throws(DataError) -> DataSession {
        var bare = server
        bare.configuration.database = nil
        let session: any SQLSession
        do {
            session = try await connector.connect(to: bare)
        } catch {
            throw DataError(.statementFailed, server: server.name, message: "cannot connect", underlying: error)
        }
        return DataSession(name: server.name, session: session, timeout: timeout)
    }

    /// - Parameter lockWaitSeconds: how long a statement waits for a metadata lock, in whole seconds.
    func applyReadSettings(lockWaitSeconds: Int) async throws(DataError) {
        try await run("SET NAMES utf8mb4", "setting the session's character set")
        try await run(
            """
            SET SESSION time_zone = '+00:00', sql_mode = '\(Self.exactMode)', lock_wait_timeout = \(max(1, lockWaitSeconds)), \
            net_write_timeout = 3600, net_read_timeout = 3600, sql_select_limit = 18446744073709551615, sql_big_selects = 1, \
            sql_quote_show_create = 1, sql_auto_is_null = 0, autocommit = 1, completion_type = 0, \
            sort_buffer_size = 16777216, transaction_isolation = 'REPEATABLE-READ', transaction_read_only = 0
            """,
            "preparing the session"
        )
        try await runIfKnown("SET SESSION max_execution_time = 0", "preparing the session")
        try await runIfKnown(
            "SET SESSION show_gipk_in_create_table_and_information_schema = 1",
            "preparing the session"
        )
        try await runIfKnown("SET SESSION show_create_table_verbosity = 0", "preparing the session")
    }

    /// For a session that repairs: nothing of it may reach the binary log, or it would come back as a transaction of
    /// its own.
    ///
    /// `unique_checks` stays on: with it off, InnoDB may take a duplicate in without a word.
    func applyRepairSettings(lockWaitSeconds: Int) async throws(DataError) {
        try await applyReadSettings(lockWaitSeconds: lockWaitSeconds)
        try await run("SET SESSION sql_log_bin = 0", "keeping the repair out of the binary log")
        try await run(
            "SET SESSION foreign_key_checks = 0, unique_checks = 1, sql_safe_updates = 0",
            "preparing the session"
        )
        try await runIfKnown("SET SESSION sql_require_primary_key = 0", "preparing the session")
        try await runIfKnown("SET SESSION sql_generate_invisible_primary_key = 0", "preparing the session")
        try await runIfKnown("SET SESSION innodb_strict_mode = 0", "preparing the session")
    }
}
