package import NIOCore

/// Turns the two byte streams of a session into the entries of a recording. Whatever bytes come, it goes on; it never
/// holds more than one packet (16 MiB) of each direction.
package struct PacketRecorder: Sendable {
    /// Where the bytes come from.
    package enum Position: Sendable, Equatable {
        /// Between two sockets: TLS hides what follows the SSLRequest.
        case outside
        /// In the client, above TLS and compression: `tlsStarted` will be called.
        case inside
    }

    package private(set) var session = SessionTracker()
    package private(set) var tls = RecordingHeader.TLS.none
    private let position: Position
    private var redactor = Redactor()
    private var fromClient = ByteBuffer()
    private var fromServer = ByteBuffer()
    private var isOpaque = false
    private var isClosed = false
    /// The client's SSLRequest was seen: nothing but TLS may follow.
    private var awaitsTLS = false

    package init(position: Position) {
        self.position = position
    }

    /// Nothing that the header tells can change any more.
    package var isHeaderKnown: Bool { isOpaque || isClosed || (session.capabilities != nil && !awaitsTLS) }

    package mutating func take(_ bytes: ByteBuffer, from sender: RecordingEntry.Sender) -> [RecordingEntry] {
        guard !isOpaque, !isClosed else { return [] }
        switch sender {
        case .client: fromClient.append(bytes)
        case .server: fromServer.append(bytes)
        }
        var entries: [RecordingEntry] = []
        while !isOpaque, let (sequence, payload) = nextPacket(from: sender) {
            let kind = session.observe(sender, payload: payload)
            let safe = redactor.redact(payload, kind, from: sender, in: session)
            entries.append(.packet(sender, sequence: sequence, payload: safe))
            if kind == .sslRequest {
                if position == .outside { entries += becomeOpaque("tls") } else { awaitsTLS = true }
            } else if kind == .ok, session.isCompressed, position == .outside {
                entries += becomeOpaque("compression")
            }
        }
        return entries
    }

    package mutating func tlsStarted() -> [RecordingEntry] {
        guard !isOpaque, !isClosed else { return [] }
        awaitsTLS = false
        tls = .inside
        session.tlsStarted()
        return [.event(.tlsStarted)]
    }

    /// - Parameter sender: who closed; nil for whoever records.
    package mutating func closed(by sender: RecordingEntry.Sender?) -> [RecordingEntry] {
        guard !isClosed else { return [] }
        isClosed = true
        var entries: [RecordingEntry] = []
        for (side, rest) in [(RecordingEntry.Sender.server, fromServer), (.client, fromClient)]
        where rest.readableBytes > 0 && !isOpaque {
            // A packet that was cut: at most one a direction, and shorter than the largest.
            let safe = redactor.redact(raw: rest, from: side, in: session)
            entries.append(.raw(side, safe))
        }
        return entries + [.event(.closed(by: sender))]
    }

    private mutating func becomeOpaque(_ reason: String) -> [RecordingEntry] {
        isOpaque = true
        if reason == "tls" { tls = .opaque }
        fromClient.clear()
        fromServer.clear()
        return [.event(.opaque(reason))]
    }

    private mutating func nextPacket(from sender: RecordingEntry.Sender) -> (UInt8, ByteBuffer)? {
        switch sender {
        case .client: fromClient.readPacket()
        case .server: fromServer.readPacket()
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func readPacket() -> (UInt8, ByteBuffer)? {
        guard let header: UInt32 = getInteger(at: readerIndex, endianness: .little) else { return nil }
        let length = Int(header & 0xFF_FFFF)
        guard let payload = getSlice(at: readerIndex + PacketFramer.headerLength, length: length) else { return nil }
        moveReaderIndex(forwardBy: PacketFramer.headerLength + length)
        return (UInt8(truncatingIfNeeded: header >> 24), payload)
    }
}
