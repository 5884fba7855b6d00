internal import COpenSSL
internal import Synchronization

/// The latest session of each peer, by which the next connection to it saves the larger part of the handshake.
///
/// A resumed session proves that the peer is the one whose certificate was verified when the session was made. So the
/// keys name the peer and the mode of verification, and a store belongs to one set of CAs (``TLSContext``).
final class TLSTicketStore: Sendable {
    /// More peers than this are simply not remembered all.
    private static let maximumEntries = 64

    // Safety: OpenSSL changes nothing in it, since it is only ever duplicated.
    private final class Ticket: @unchecked Sendable {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) {
            self.pointer = pointer
        }

        deinit { SSL_SESSION_free(pointer) }
    }

    private let tickets = Mutex<[String: Ticket]>([:])

    /// Keeps a copy. A connection that ends without close_notify makes its own session unfit for resumption, and that
    /// is how MySQL's servers end.
    func remember(_ session: OpaquePointer, for key: String) {
        guard let copy = SSL_SESSION_dup(session) else { return OpenSSLErrors.clear() }
        let ticket = Ticket(copy)
        tickets.withLock { tickets in
            if tickets.count >= Self.maximumEntries, tickets[key] == nil { tickets.removeAll() }
            tickets[key] = ticket
        }
    }

    func forget(_ key: String) {
        tickets.withLock { $0[key] = nil }
    }

    /// Lets the handshake offer what is known; the server decides.
    func offer(on ssl: OpaquePointer, for key: String) {
        guard let ticket = tickets.withLock({ $0[key] }) else { return }
        if let copy = SSL_SESSION_dup(ticket.pointer) {
            SSL_set_session(ssl, copy)
            SSL_SESSION_free(copy)
        }
        OpenSSLErrors.clear()
    }
}
