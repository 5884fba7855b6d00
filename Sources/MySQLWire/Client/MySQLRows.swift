internal import Synchronization

/// The rows of one result, as they arrive: a sequence of batches, to be read by one task, once.
///
/// Reading slower than the server sends stops the reading from the socket. Letting go of it before the end drops the
/// rest of the result (a large rest closes the connection).
public final class MySQLRows: AsyncSequence, Sendable {
    public typealias Element = MySQLRowBatch
    public typealias Failure = MySQLError

    /// Empty for a statement that returns no rows.
    public let columns: MySQLColumns
    private let request: RunningRequest?
    private let state: Mutex<State>

    private struct State: Sendable {
        var batches: ArraySlice<MySQLRowBatch> = []
        var completion: MySQLCompletion?
        var error: MySQLError?
    }

    private init(columns: MySQLColumns, request: RunningRequest?, state: State) {
        self.columns = columns
        self.request = request
        self.state = Mutex(state)
    }

    /// Rows that are already there, for simulations and tests.
    public convenience init(_ result: MySQLResult) {
        self.init(
            columns: result.columns,
            request: nil,
            state: State(batches: result.batches[...], completion: result.completion)
        )
    }

    static func first(of request: RunningRequest) async throws(MySQLError) -> MySQLRows {
        switch await request.next() {
        case .columns(let columns):
            return MySQLRows(columns: columns, request: request, state: State())
        case .completed(let completion, _):
            return MySQLRows(columns: .none, request: request, state: State(completion: completion))
        case .failed(let error):
            throw error
        case .rows, .packet, .prepared, .fileRequested:
            throw MySQLError(.protocolViolation, phase: .rows, fate: .maybeExecuted, message: "rows without columns")
        }
    }

    /// What the server says at the end; nil until the last batch was read.
    public var completion: MySQLCompletion? { state.withLock { $0.completion } }

    /// The next result of the same statement (CALL has several), once this one was read to its end; nil after the last.
    public func nextResult() async throws(MySQLError) -> MySQLRows? {
        while try await next() != nil {}
        // The answer as a whole counts: this may be asked again after a later result was the last.
        guard let request, !request.isAtEnd else { return nil }
        return try await MySQLRows.first(of: request)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let rows: MySQLRows

        public mutating func next() async throws(MySQLError) -> MySQLRowBatch? {
            try await rows.next()
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(MySQLError) -> MySQLRowBatch? {
            try await rows.next(isolation: actor)
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rows: self) }

    private func next(isolation: isolated (any Actor)? = #isolation) async throws(MySQLError) -> MySQLRowBatch? {
        let (batch, error, isFinished) = state.withLock { state -> (MySQLRowBatch?, MySQLError?, Bool) in
            if let batch = state.batches.popFirst() { return (batch, nil, false) }
            return (nil, state.error, state.completion != nil)
        }
        if let batch { return batch }
        if let error { throw error }
        guard !isFinished, let request else { return nil }
        switch await request.next() {
        case .rows(let batch): return batch
        case .completed(let completion, _):
            state.withLock { $0.completion = completion }
            return nil
        case .failed(let error):
            // For another reader the rows go on.
            if error.code != .busy { state.withLock { $0.error = error } }
            throw error
        case .columns, .packet, .prepared, .fileRequested:
            throw MySQLError(.protocolViolation, phase: .rows, fate: .maybeExecuted, message: "columns among the rows")
        }
    }
}
