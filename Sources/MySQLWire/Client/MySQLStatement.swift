internal import NIOCore

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

    deinit {
        let (handler, id, generation) = (handler, id, generation)
        channel.eventLoop.execute { handler.value.closeStatement(id, generation: generation) }
    }
}
