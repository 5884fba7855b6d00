internal import NIOCore

/// The contents of a file for one LOAD DATA LOCAL INFILE, from wherever the caller has them.
///
/// They are taken piece by piece as the network takes them, and never held as a whole. The name in the statement is only
/// a name: no file of this machine is opened by it, nor by what the server asks for.
public struct MySQLLocalInfile: Sendable {
    /// Sends one piece; false where no more are wanted.
    typealias Send = @Sendable (ByteBuffer) async -> Bool

    /// Larger pieces are cut.
    static let largestPiece = 256 << 10

    let run: @Sendable (Send) async throws -> Void

    /// From a sequence of pieces of any size, for instance of `[UInt8]`, `ArraySlice<UInt8>` or `Data`.
    public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) where Pieces.Element: Collection<UInt8> {
        run = { send in
            for try await piece in pieces {
                guard await Self.send(piece, send) else { return }
            }
        }
    }

    /// From a closure that is called for one piece after the other, up to a nil. It is not called again before the piece
    /// before was taken by the network.
    public init(next: @escaping @Sendable () async throws -> [UInt8]?) {
        run = { send in
            while let piece = try await next() {
                guard await Self.send(piece, send) else { return }
            }
        }
    }

    /// From bytes that are in memory anyway.
    public init(bytes: [UInt8]) {
        run = { send in _ = await Self.send(bytes, send) }
    }

    private static func send(_ piece: some Collection<UInt8>, _ send: Send) async -> Bool {
        var rest = piece[...]
        // An empty piece would be the end of the file.
        while !rest.isEmpty {
            guard await send(ByteBuffer(bytes: rest.prefix(largestPiece))) else { return false }
            rest = rest.dropFirst(largestPiece)
        }
        return true
    }
}
