import MySQLWire

/// The error line of a statement, in the words of MySQL's own client.
enum QueryFailure {
    /// `ERROR 1064 (42000) at line 1: …`; nil for what is no answer of the server.
    static func line(_ error: MySQLError, atLine line: Int) -> String? {
        guard let server = error.server else { return nil }
        let state = server.sqlState.map { " (\($0))" } ?? ""
        return "ERROR \(server.number)\(state) at line \(line): \(server.message)"
    }
}
