internal import NIOCore

/// What becomes of an answer in which the server asked for a file that it does not get.
extension ResponseMachine {
    /// What such an answer may still hold; beyond, the connection is not worth it.
    static let maximumDropped = 1 << 20

    /// Nothing of it reaches the caller but the refusal, at the end: the connection is usable then.
    ///
    /// - Parameter bytes: of the packet that the event came from.
    mutating func withoutRefused(_ event: Event, bytes: Int) throws(WireError) -> Event {
        guard var refusal else { return event }
        switch event {
        case .fileRefused: return event
        case .cursorOpened: return .rejected(refusal)
        case .completed(_, isLast: true): return .rejected(refusal)
        case .rejected(let error):
            refusal.server = error.server
            refusal.fate = error.fate
            return .rejected(refusal)
        default:
            droppedBytes += bytes + PacketFramer.headerLength
            guard droppedBytes <= Self.maximumDropped else {
                throw WireError(
                    packet: "response",
                    field: "length",
                    offset: 0,
                    reason: "more than \(Self.maximumDropped) bytes behind a file that was refused",
                    isLimit: true
                )
            }
            return .none
        }
    }

    static func refusal(of payload: ByteBuffer) -> MySQLError {
        // The name is the peer's: it must neither fill nor control a terminal.
        let name = String(buffer: payload).unicodeScalars.dropFirst().prefix(128)
            .map { $0.value >= 0x20 && $0.value < 0x7F ? Character($0) : "?" }
        return MySQLError(
            .localInfileRefused,
            phase: .command,
            fate: .maybeExecuted,
            message: "the server asks for a file of this machine (LOCAL INFILE, \"\(String(name))\"), and got nothing"
        )
    }
}
