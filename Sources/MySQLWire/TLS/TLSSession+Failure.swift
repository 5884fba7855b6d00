internal import COpenSSL
internal import NIOCore

/// What went wrong, in words.
extension TLSSession {
    /// A server without TLS, or something that sits in between, answers in plaintext. Nothing of it is looked at.
    func checkFirstByte(_ ciphertext: ByteBuffer) throws(MySQLError) {
        guard !hasSeenRecord, let first = ciphertext.getInteger(at: ciphertext.readerIndex, as: UInt8.self) else {
            return
        }
        hasSeenRecord = true
        // Only an alert or a handshake record can come first.
        guard first == 0x15 || first == 0x16 else {
            state = .failed
            throw Self.failure("the server's answer to the TLS handshake is not TLS")
        }
    }

    func failed() -> MySQLError {
        let reason = OpenSSLErrors.drain()
        let wasOpen = isHandshakeComplete
        state = .failed
        if let ticketKey { context.tickets.forget(ticketKey) }
        if reason.tlsReasons.contains(SSL_R_CERTIFICATE_VERIFY_FAILED), !configuration.fingerprints.isEmpty {
            return Self.failure(TLSVerification.explainUnpinned(fingerprint))
        }
        // Without verification the result is filled in too, but it is not what failed.
        if reason.tlsReasons.contains(SSL_R_CERTIFICATE_VERIFY_FAILED) {
            return Self.failure(refusal(SSL_get_verify_result(ssl)))
        }
        var message = wasOpen ? "the TLS connection failed: \(reason)" : "the TLS handshake failed: \(reason)"
        if !reason.tlsReasons.isDisjoint(with: Self.versionReasons) {
            message += "; the server speaks no version of TLS from TLS 1.2 on"
        }
        return Self.failure(message)
    }

    /// The peer's alert, and our own refusal of what the peer chose.
    private static let versionReasons: Set<Int32> = [SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL]

    static func failure(_ message: String) -> MySQLError {
        MySQLError(.tlsFailed, phase: .tls, message: message)
    }

    static func unusable() -> MySQLError {
        failure("OpenSSL cannot be used: \(OpenSSLErrors.drain())")
    }

    func refusal(_ result: Int) -> String {
        TLSVerification.explain(result, certificate: refusedCertificate, hasCAFile: configuration.caFile != nil)
    }
}
