internal import NIOCore

/// Bytes that are taken piece by piece, as the network takes them, and never held as a whole.
struct PieceSource: Sendable {
    /// Sends one piece; false where no more are wanted.
    typealias Send = @Sendable (ByteBuffer) async -> Bool

    /// Larger pieces are cut.
    static let largestPiece = 256 << 10

    let run: @Sendable (Send) async throws -> Void

    init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) where Pieces.Element: Collection<UInt8> {
        run = { send in
            for try await piece in pieces {
                guard await Self.send(piece, send) else { return }
            }
        }
    }

    init(next: @escaping @Sendable () async throws -> [UInt8]?) {
        run = { send in
            while let piece = try await next() {
                guard await Self.send(piece, send) else { return }
            }
        }
    }

    init(bytes: some Collection<UInt8> & Sendable) {
        run = { send in _ = await Self.send(bytes, send) }
    }

    private static func send(_ piece: some Collection<UInt8>, _ send: Send) async -> Bool {
        var rest = piece[...]
        // An empty piece would be the end of a file.
        while !rest.isEmpty {
            guard await send(ByteBuffer(bytes: rest.prefix(largestPiece))) else { return false }
            rest = rest.dropFirst(largestPiece)
        }
        return true
    }
}
