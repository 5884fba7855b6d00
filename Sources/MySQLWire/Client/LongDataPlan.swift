/// The values that go to the server before the statement they are for.
struct LongDataPlan: Sendable {
    struct Parameter: Sendable {
        let index: UInt16
        let contents: PieceSource
    }

    var parameters: [Parameter]
    /// The server's max_allowed_packet: neither a packet nor a value may be longer. Nil where nobody knows it.
    let maximumPacket: Int?

    /// Of one piece: with what stands before it, it must stay below the limit.
    var pieceLimit: Int {
        guard let maximumPacket else { return Self.safePiece }
        return min(PieceSource.largestPiece, max(1, maximumPacket - Self.head - 1))
    }

    private static let head = 7
    /// No server is set lower than what it holds by default for a session's buffer.
    private static let safePiece = 16 << 10
}
