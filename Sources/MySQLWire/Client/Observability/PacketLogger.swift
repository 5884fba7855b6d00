internal import Logging
internal import NIOCore
internal import Synchronization

/// Logs what each packet is, and never what is in it.
///
/// It makes every row take the slow way, so it is there only if the logger takes lines of level trace.
final class PacketLogger: PacketTap {
    private let logger: Logger
    private let session = Mutex(SessionTracker())

    init?(_ logger: Logger?) {
        guard let logger, logger.logLevel <= .trace else { return nil }
        self.logger = logger
    }

    func packet(isFromServer: Bool, sequence: UInt8, payload: ByteBuffer) {
        // The tracker would take a full packet for the first of several; here the payload is whole.
        let length = min(payload.readableBytes, PacketFramer.maximumPacket - 1)
        let start = payload.getSlice(at: payload.readerIndex, length: length) ?? payload
        let kind = session.withLock { $0.observe(isFromServer ? .server : .client, payload: start) }
        logger.trace(
            isFromServer ? "received" : "sent",
            metadata: ["packet": "\(kind.name)", "packet.sequence": "\(sequence)"]
        )
    }
}

extension PacketKind {
    /// As the manual calls it, where it does.
    fileprivate var name: String {
        switch self {
        case .command(let byte): Command.name(of: byte)
        default: String(describing: self)
        }
    }
}
