internal import NIOCore
internal import Synchronization

/// A prepared statement of one connection. Letting go of it closes it on the server, before the connection's next command.
public final class MySQLStatement: Sendable {
    /// As it was prepared.
    public let sql: String
    /// How many values each execution needs.
    public let parameterCount: Int
    /// Those of its result; 0 for a statement without one.
    public let columnCount: Int
    let id: UInt32
    /// A reset of the connection closes all its statements: those of an earlier generation are gone.
    let generation: UInt64
    let channel: any Channel
    private let handler: NIOLoopBound<MySQLChannelHandler>
    private let use = Atomic<UInt8>(0)

    init(
        sql: String,
        packet: PrepareOK,
        generation: UInt64,
        channel: any Channel,
        handler: NIOLoopBound<MySQLChannelHandler>
    ) {
        self.sql = sql
        parameterCount = Int(packet.parameterCount)
        columnCount = Int(packet.columnCount)
        id = packet.statementID
        self.generation = generation
        self.channel = channel
        self.handler = handler
    }

    /// MySQL 9.7.4 mixes them up: once a statement has run with a cursor, an execution without one sends no rows, and the
    /// next cursor has them.
    func claim(forCursor: Bool) throws(MySQLError) {
        let wanted: UInt8 = forCursor ? 2 : 1
        let found = use.compareExchange(expected: 0, desired: wanted, ordering: .relaxed)
        guard found.exchanged || found.original == wanted else {
            throw MySQLError(
                .invalidArgument,
                phase: .command,
                message: "a statement runs always with a cursor or always without one; prepare another"
            )
        }
    }

    deinit {
        let (handler, id, generation) = (handler, id, generation)
        channel.eventLoop.execute { handler.value.closeStatement(id, generation: generation) }
    }
}
