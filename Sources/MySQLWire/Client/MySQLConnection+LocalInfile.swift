extension MySQLConnection {
    /// Runs one statement that may ask for the contents of a file, LOAD DATA LOCAL INFILE, as ``execute(sql:timeout:)``
    /// does.
    ///
    /// The server asks once for it, and gets the caller's bytes whatever it names; a second request within the same
    /// command gets nothing and is ``MySQLError/Code/localInfileRefused``, as is one of a command without contents. Where
    /// the statement asks for none, the contents stay untouched.
    /// See [LOAD DATA LOCAL](https://dev.mysql.com/doc/refman/9.7/en/load-data-local-security.html); the server wants
    /// `local_infile=ON`.
    ///
    /// - Parameters:
    ///   - sql: one statement, in UTF-8.
    ///   - localInfile: the contents.
    ///   - timeout: for the whole answer, the sending included; without it, the configuration's `queryTimeout`.
    /// - Throws: ``MySQLError/Code/invalidArgument`` where ``MySQLConfiguration/allowsLocalInfile`` is not set;
    ///   ``MySQLError/Code/localInfileFailed`` where the source throws. The protocol cannot tell the server of that: the
    ///   rows before it are loaded, unless a transaction around them is rolled back.
    @discardableResult
    public func execute(
        sql: String,
        localInfile: MySQLLocalInfile,
        timeout: Duration? = nil
    ) async throws(MySQLError) -> MySQLCompletion {
        guard configuration.allowsLocalInfile else {
            throw MySQLError(
                .invalidArgument,
                phase: .command,
                message: "the configuration does not allow LOCAL INFILE"
            )
        }
        let execution = Execution(.query(sql), file: localInfile)
        return try await lastCompletion(of: stream(execution, timeout: timeout))
    }
}
