/// What a command is, in the words of a span.
struct ObservedOperation: Sendable, Equatable {
    /// `SELECT` and so on, or the manual's name of a command without a text: `COM_PING`. Nil for a text that does not
    /// begin with a known keyword.
    var name: String?
    var summary: String?
    var collection: String?
    var procedure: String?
    /// Without literals.
    var text: String?

    /// The login and what belongs to it.
    static let connect = ObservedOperation(name: "connect")

    init(name: String) {
        self.name = name
    }

    /// - Parameters:
    ///   - statement: the text of a prepared statement that is executed.
    ///   - queryText: which texts are wanted.
    init(_ command: Command, of statement: String?, queryText: MySQLObservability.QueryText) {
        switch command {
        case .query(let sql), .attributedQuery(let sql, _):
            self.init(sql: sql)
            if queryText == .always { text = SQLText.withoutLiterals(sql) }
        case .statementPrepare(let sql):
            self.init(sql: sql)
            name = "PREPARE"
            summary = "PREPARE" + (summary.map { " \($0)" } ?? "")
            if queryText != .never { text = SQLText.withoutLiterals(sql) }
        case .statementExecute:
            self.init(sql: statement ?? "")
            if queryText != .never, let statement { text = SQLText.withoutLiterals(statement) }
        default:
            self.init(name: Command.name(of: command.code))
        }
    }

    private init(sql: String) {
        let found = SQLText.summary(sql)
        name = found.operation
        summary = found.text
        collection = found.collection
        procedure = found.procedure
    }
}
