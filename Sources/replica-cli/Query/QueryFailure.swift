import MySQLWire

/// The error line of a statement, in the words of MySQL's own client.
enum QueryFailure {
    /// `ERROR 1064 (42000) at line 1: …`; nil for what that client has no number for.
    ///
    /// The bytes of the server's message are passed on as they came: they are in the session's character set.
    static func line(_ error: MySQLError, atLine line: Int) -> [UInt8]? {
        guard let server = error.server else {
            guard error.code == .connectionClosed else { return nil }
            return Array("ERROR 2013 (HY000) at line \(line): Lost connection to MySQL server during query".utf8)
        }
        let state = server.sqlState.map { " (\($0))" } ?? ""
        return Array("ERROR \(server.number)\(state) at line \(line): ".utf8)
            + (server.rawMessage ?? Array(server.message.utf8))
    }
}

/// What ended a query, as `--format json` tells it.
struct QueryProblem {
    var line: Int
    var message: String
    var error: MySQLError?

    var json: JSONValue {
        .object([
            "line": JSONValue(line),
            "code": JSONValue(error?.code.name),
            "number": JSONValue(error?.server?.number),
            "sqlState": JSONValue(error?.server?.sqlState),
            "fate": JSONValue(error?.fate.rawValue),
            "message": .string(message),
        ])
    }
}
