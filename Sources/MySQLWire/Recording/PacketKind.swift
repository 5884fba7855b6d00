/// What a packet is, as far as the session so far tells.
package enum PacketKind: Sendable, Equatable {
    case greeting
    case sslRequest
    case handshakeResponse
    /// The client asks for the server's RSA key.
    case publicKeyRequest
    /// Anything else that a client sends before its login is accepted. Holds secrets.
    case authenticationData
    case authSwitchRequest
    case authMoreData
    case authNextFactor
    case ok
    case err
    case eof
    /// A client's command, by its first byte.
    case command(UInt8)
    case columnCount
    case columnDefinition
    case row
    /// A row of a prepared statement.
    case binaryRow
    case prepareOK
    /// The answer to COM_STATISTICS.
    case statistics
    case localInfileRequest
    case localInfileData
    /// The second or a later packet of one payload.
    case continuation
    /// A packet in an answer whose parts are not told apart, or one that fits nowhere.
    case other
}
