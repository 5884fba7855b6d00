/// The contents of a file for one LOAD DATA LOCAL INFILE, from wherever the caller has them.
///
/// They are taken piece by piece as the network takes them, and never held as a whole. The name in the statement is only
/// a name: no file of this machine is opened by it, nor by what the server asks for.
public struct MySQLLocalInfile: Sendable {
    let contents: PieceSource

    /// From a sequence of pieces of any size, for instance of `[UInt8]`, `ArraySlice<UInt8>` or `Data`.
    public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) where Pieces.Element: Collection<UInt8> {
        contents = PieceSource(pieces)
    }

    /// From a closure that is called for one piece after the other, up to a nil. It is not called again before the piece
    /// before was taken by the network.
    public init(next: @escaping @Sendable () async throws -> [UInt8]?) {
        contents = PieceSource(next: next)
    }

    /// From bytes that are in memory anyway.
    public init(bytes: [UInt8]) {
        contents = PieceSource(bytes: bytes)
    }
}
