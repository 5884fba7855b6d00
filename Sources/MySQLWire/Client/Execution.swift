internal import NIOCore

/// One command with all that belongs to it, before it is submitted.
struct Execution: Sendable {
    var command: Command
    /// Held for as long as its rows are to come.
    var statement: MySQLStatement?
    /// Contents for one LOCAL INFILE request.
    var file: MySQLLocalInfile?
    /// Values that go before the command.
    var longData: LongDataPlan?
    var cursor: MySQLCursor?
    /// Called once, when no more of the answer is to come for the caller.
    var onEnd: (@Sendable () -> Void)?

    init(_ command: Command, file: MySQLLocalInfile? = nil) {
        self.command = command
        self.file = file
    }

    /// Asks for a cursor, where the server may open one: a statement of which it told no columns has none. MySQL refuses
    /// to open one for SET (1210), and goes down over one for EXPLAIN (9.7.4, at its second execution).
    mutating func open(_ cursor: MySQLCursor) {
        guard case .statementExecute(var packet) = command, statement?.columnCount != 0 else { return }
        packet.opensCursor = true
        command = .statementExecute(packet)
        self.cursor = cursor
    }
}
