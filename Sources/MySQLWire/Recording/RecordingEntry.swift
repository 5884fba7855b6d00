package import NIOCore

/// One line (or folded line) of a recording.
package enum RecordingEntry: Sendable, Equatable {
    /// Who sent it.
    package enum Sender: String, Sendable, Equatable {
        case client = "C"
        case server = "S"
    }

    package enum Event: Sendable, Equatable {
        /// From here on the packets travelled inside TLS.
        case tlsStarted
        /// From here on the bytes could not be read: `tls` or `compression`.
        case opaque(String)
        /// The end of the stream; nil where the recorder itself ended it.
        case closed(by: Sender?)
    }

    /// One packet of the wire: at most 0xFFFFFF bytes. A longer payload is a row of them, as it is on the wire.
    case packet(Sender, sequence: UInt8, payload: ByteBuffer)
    /// Bytes that are no whole packet, for instance of a connection that was cut.
    case raw(Sender, ByteBuffer)
    case event(Event)
}
