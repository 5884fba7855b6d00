public import NIOCore

/// The events of a server's binary log as they come over the wire, each from its 19-byte header to its checksum.
///
/// A ``BinlogEventDecoder`` decodes them. To be read by one task, once. Letting go of it before the end closes the connection: a stream without
/// `nonBlocking` has no end.
public final class BinaryLogEvents: AsyncSequence, Sendable {
    public typealias Element = ByteBuffer
    public typealias Failure = MySQLError

    private let request: RunningRequest

    init(request: RunningRequest) {
        self.request = request
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let request: RunningRequest

        public mutating func next() async throws(MySQLError) -> ByteBuffer? {
            try await next(isolation: #isolation)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(MySQLError) -> ByteBuffer? {
            switch await request.next(isolation: actor) {
            case .packet(let event): return event
            case .completed: return nil
            case .failed(let error): throw error
            case .columns, .rows, .prepared, .fileRequested:
                throw MySQLError(
                    .protocolViolation,
                    phase: .rows,
                    message: "rows where an event of the binary log is due"
                )
            }
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(request: request) }
}
