extension MySQLConnection {
    /// Runs `body` inside a transaction: COMMIT when it returns, ROLLBACK when it throws (manual: START TRANSACTION,
    /// COMMIT, and ROLLBACK Statements).
    ///
    /// Statements that commit by themselves (CREATE TABLE and its like) end the transaction early, and an error that the
    /// server answers by rolling back the whole transaction (1213, a deadlock) ends it too: let such an error go through,
    /// or what follows in `body` runs outside of any transaction. Transactions do not nest.
    ///
    /// - Parameters:
    ///   - isolation: nil for the session's.
    ///   - readOnly: START TRANSACTION READ ONLY; without it, what the session says.
    ///   - actor: where `body` runs: where the caller is.
    ///   - body: gets this connection.
    /// - Throws: what `body` throws; or the error of a statement around it. Where that is COMMIT's with
    ///   ``MySQLError/Fate/maybeExecuted``, nobody knows whether the changes are there. If ROLLBACK fails the connection
    ///   is closed, which has the same effect, and the error of `body` is thrown.
    @discardableResult
    public func withTransaction<Value>(
        isolation: TransactionIsolation? = nil,
        readOnly: Bool = false,
        isolatedTo actor: isolated (any Actor)? = #isolation,
        _ body: (MySQLConnection) async throws -> sending Value
    ) async throws -> sending Value {
        guard !status.contains(.inTransaction) else {
            // START TRANSACTION would commit it without a word.
            throw MySQLError(.invalidArgument, phase: .command, message: "a transaction is under way already")
        }
        if let isolation { _ = try await collect(sql: isolation.statement) }
        do {
            _ = try await collect(sql: readOnly ? "START TRANSACTION READ ONLY" : "START TRANSACTION")
            let value = try await body(self)
            _ = try await collect(sql: "COMMIT")
            return value
        } catch {
            await rollBack()
            throw error
        }
    }

    /// Also for a caller who was cancelled: what has been sent for it must not stay.
    private func rollBack() async {
        guard closeReason == nil else { return }
        let rollback = Task { try await collect(sql: "ROLLBACK", timeout: .seconds(5)) }
        do { _ = try await rollback.value } catch { await close() }
    }
}
