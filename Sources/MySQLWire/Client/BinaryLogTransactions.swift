/// The transactions of a server's binary log, decoded as they come over the wire.
///
/// To be read by one task, once. The last one may be unfinished (``BinlogTransaction/isCommitted`` is false): the log
/// ended inside it.
public struct BinaryLogTransactions: AsyncSequence, Sendable {
    public typealias Element = BinlogTransaction
    public typealias Failure = MySQLError

    let events: BinaryLogEvents
    let reader: BinlogTransactionReader

    public struct AsyncIterator: AsyncIteratorProtocol {
        var events: BinaryLogEvents.AsyncIterator
        var reader: BinlogTransactionReader
        var isAtEnd = false

        public mutating func next() async throws(MySQLError) -> BinlogTransaction? {
            try await next(isolation: #isolation)
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(MySQLError) -> BinlogTransaction? {
            while !isAtEnd {
                guard let event = try await events.next(isolation: actor) else {
                    isAtEnd = true
                    return reader.incomplete
                }
                do throws(WireError) {
                    if let transaction = try reader.receive(event) { return transaction }
                } catch {
                    isAtEnd = true
                    throw MySQLError(
                        .protocolViolation,
                        phase: .rows,
                        fate: .maybeExecuted,
                        message: "\(reader.file), behind position \(reader.position): \(error)"
                    )
                }
            }
            return nil
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(events: events.makeAsyncIterator(), reader: reader)
    }
}

extension MySQLConnection {
    /// Asks for the binary log from a position on and decodes it; see
    /// ``binaryLogEvents(file:position:serverID:nonBlocking:timeout:)``.
    ///
    /// - Parameters:
    ///   - file: the log file's name, as SHOW BINARY LOGS lists it.
    ///   - position: the start of a transaction, as a replica's or an anchor's position is. From inside of one the
    ///     first transaction is reported as not decodable.
    ///   - serverID: a replication server id that no other replica of this server has.
    ///   - nonBlocking: end at the end of the log instead of waiting for more.
    ///   - timeout: for the whole stream; nil for none.
    ///   - descriptions: of the tables, for logs that do not name columns (the default of every server).
    public func binaryLogTransactions(
        file: String,
        position: UInt64,
        serverID: UInt32,
        nonBlocking: Bool = true,
        timeout: Duration? = nil,
        descriptions: BinlogTableDescriptions? = nil
    ) async throws(MySQLError) -> BinaryLogTransactions {
        let events = try await binaryLogEvents(
            file: file,
            position: position,
            serverID: serverID,
            nonBlocking: nonBlocking,
            timeout: timeout
        )
        var reader = BinlogTransactionReader(file: file, position: position)
        if let descriptions {
            reader.decoder.describe = { descriptions.columns(schema: $0, table: $1) }
        }
        return BinaryLogTransactions(events: events, reader: reader)
    }
}
