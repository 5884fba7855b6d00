extension MySQLConnection {
    /// Hands a command to the event loop, and has it observed where somebody listens.
    ///
    /// - Parameter statement: the text of a prepared statement that is executed.
    func submit(
        _ command: Command,
        mode: ResponseSink.Mode,
        timeout: Duration?,
        options: RequestOptions = RequestOptions(),
        of statement: String? = nil
    ) throws(MySQLError) -> SubmittedRequest {
        guard let observer, !Unobserved.isSet,
            let observation = observer.begin(command, of: statement, namespace: namespace)
        else { return try enqueue(command, mode: mode, timeout: timeout, options: options, observation: nil) }
        do throws(MySQLError) {
            return try enqueue(command, mode: mode, timeout: timeout, options: options, observation: observation)
        } catch {
            observation.end(error)
            throw error
        }
    }

    /// The session's default database: as the server tracks it, or else the one of the login.
    private var namespace: String? {
        let session = state.current.session
        return session.isTracked ? session.schema : configuration.database
    }
}
