import NIOCore
import TestSupport

@testable import MySQLWire

/// A client's session and a server, joined by hand: every byte that goes either way passes through here.
final class TLSPair {
    let client: TLSSession
    let server: TestTLSServer
    var plaintext = ByteBuffer()
    /// How many bytes the client is given at once.
    let piece: Int

    init(client: TLSSession, server: TestTLSServer, piece: Int = .max) {
        self.client = client
        self.server = server
        self.piece = piece
    }

    func handshake() throws {
        try exchange(server.receive(client.start()))
    }

    /// Gives the server's bytes to the client, its answer to the server, and so on until both are silent.
    func exchange(_ fromServer: ByteBuffer) throws {
        var fromServer = fromServer
        while fromServer.readableBytes > 0 {
            var answers = ByteBuffer()
            while var bytes = fromServer.readSlice(length: min(piece, fromServer.readableBytes)),
                bytes.readableBytes > 0
            {
                var answer = try client.receive(&bytes, into: &plaintext)
                answers.writeBuffer(&answer)
            }
            fromServer = answers.readableBytes > 0 ? server.receive(answers) : ByteBuffer()
        }
    }
}

extension ByteBuffer {
    /// At most so many bytes from the front.
    mutating func take(_ count: Int) -> ByteBuffer {
        readSlice(length: min(count, readableBytes)) ?? ByteBuffer()
    }
}
