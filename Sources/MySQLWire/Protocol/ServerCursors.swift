/// The cursors of one session: which statements have rows that wait on the server, and what an answer says of the one
/// that it belongs to.
struct ServerCursors: Sendable {
    /// By statement, the columns that its rows will have.
    private var open: [UInt32: MySQLColumns] = [:]
    /// The one that is being opened or read, and the columns of its rows once they are known.
    private var current: (statement: UInt32, columns: MySQLColumns?)?
    /// A row has come of it.
    private var hasFetched = false

    /// Nil where no rows of that statement wait.
    func columns(of statement: UInt32) -> MySQLColumns? { open[statement] }

    mutating func began(_ command: Command) {
        current = nil
        hasFetched = false
        switch command {
        case .statementExecute(let packet):
            open[packet.statementID] = nil
            if packet.opensCursor { current = (packet.statementID, nil) }
        case .statementFetch(let id, _): current = open[id].map { (id, $0) }
        case .statementReset(let id), .statementClose(let id): open[id] = nil
        case _ where command.endsStatements: open = [:]
        default: break
        }
    }

    mutating func rowsScanned() { hasFetched = true }

    /// - Parameter isOpening: whether the answer is to an execution that asked for a cursor.
    /// - Throws: where the server has no rows now and more later: whoever asks again would ask for ever.
    mutating func received(_ event: ResponseMachine.Event, isOpening: Bool) throws(WireError) {
        guard let (statement, known) = current else { return }
        switch event {
        case .columns(let columns): current?.columns = columns
        case .rows: hasFetched = true
        case .cursorOpened: open[statement] = known
        case .completed(let completion, isLast: true) where !isOpening:
            let isOpen = completion.status.contains(.cursorExists) && !completion.status.contains(.lastRowSent)
            if !isOpen { open[statement] = nil }
            guard !isOpen || hasFetched else {
                throw WireError(
                    packet: "COM_STMT_FETCH",
                    field: "rows",
                    offset: 0,
                    reason: "none, and these were not the last"
                )
            }
        case .rejected: open[statement] = nil
        default: break
        }
    }
}
