package import NIOCore

/// Sees every payload of a connection, at the framing level: inside TLS, before any decoding.
package protocol PacketTap: Sendable {
    /// - Parameter sequence: of the payload's last packet when it comes from the server, of its first when it goes there.
    func packet(isFromServer: Bool, sequence: UInt8, payload: ByteBuffer)
}
