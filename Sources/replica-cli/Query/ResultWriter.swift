import MySQLWire

/// Shows the results of statements in one format.
protocol ResultWriter {
    mutating func begin(_ columns: MySQLColumns) throws
    mutating func write(_ batch: MySQLRowBatch) throws
    mutating func end(_ completion: MySQLCompletion?) throws
    /// Lets out what was written so far, before an error is shown.
    mutating func flush() throws
    /// In place of ``finish()`` where a statement failed, before that is said on standard error.
    mutating func fail(_ problem: QueryProblem) throws
    /// After the last statement.
    mutating func finish() throws
}

extension ResultWriter {
    mutating func fail(_ problem: QueryProblem) throws { try flush() }
}

/// As `mysql --batch --quick`.
struct TSVResultWriter: ResultWriter {
    let sink: ByteSink

    // Without columns there was no result set, and nothing to print.
    func begin(_ columns: MySQLColumns) throws {
        if !columns.isEmpty { try TSVWriter(sink: sink).writeHeader(columns) }
    }

    func write(_ batch: MySQLRowBatch) throws { try TSVWriter(sink: sink).write(batch) }
    func end(_ completion: MySQLCompletion?) throws { try sink.flush() }
    func flush() throws { try sink.flush() }
    func finish() throws { try sink.flush() }
}
