internal import COpenSSL
package import NIOCore

/// The client's side of one TLS connection, without a socket: what the peer sent goes in, what is to be sent comes out.
///
/// For one event loop. After a throw the connection must be closed; what ``shutdown()`` returns then is the alert for
/// the peer.
package final class TLSSession {
    enum State {
        case idle, handshaking, open, failed
        /// Our close_notify is out: nothing can be sent any more.
        case shutDown
    }

    /// What a TLS record carries at most; also the largest piece that is encrypted at once.
    static let maximumRecord = 16 << 10
    /// Asked for at each call to read, the last of which gives nothing: already there, it costs no growth.
    static let spareRoom = 64

    let context: TLSContext
    let configuration: TLSConfiguration
    let ssl: OpaquePointer
    /// What OpenSSL wants to send. Belongs to `ssl`.
    let output: OpaquePointer
    /// Says "try again"; stands in while no input is lent to OpenSSL. Belongs to `ssl`, and to this object.
    let noInput: OpaquePointer
    let ticketKey: String?
    var state = State.idle
    /// Whether a TLS record (or the beginning of one) has come from the peer at all.
    var hasSeenRecord = false
    /// Filled by the verification callback.
    var refusedCertificate: String?
    /// That of the server's certificate, where fingerprints are pinned.
    var fingerprint: CertificateFingerprint?

    /// True once close_notify arrived: what came before is all that the peer sent, nothing was cut off.
    ///
    /// MySQL's servers (seen on 9.7.4) end without it, so that its absence at the end of the stream is no failure by
    /// itself: there MySQL's own framing tells whether an answer is whole.
    package internal(set) var isPeerClosed = false

    /// - Parameters:
    ///   - configuration: that of the context. The mode decides on verification.
    ///   - host: the name or IP address that the user gave, which the certificate must hold in `verifyIdentity`; nil for a Unix socket.
    ///   - peer: the server's host and port; a later session of the same context and peer resumes this one. Nil for none.
    package init(
        context: TLSContext,
        configuration: TLSConfiguration,
        host: String?,
        peer: String? = nil
    ) throws(MySQLError) {
        OpenSSLErrors.clear()
        guard let ssl = SSL_new(context.pointer) else { throw Self.unusable() }
        guard let output = BIO_new(BIO_s_mem()), let noInput = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            throw Self.unusable()
        }
        self.context = context
        self.configuration = configuration
        self.ssl = ssl
        self.output = output
        self.noInput = noInput
        ticketKey = peer.map { "\(configuration.mode.rawValue) \(host ?? "") \($0)" }
        mw_BIO_set_mem_eof_return(noInput, -1)
        // One reference for `ssl`, one for deinit.
        BIO_up_ref(noInput)
        SSL_set0_rbio(ssl, noInput)
        SSL_set0_wbio(ssl, output)
        SSL_set_connect_state(ssl)
        // Unretained: this object owns `ssl`, so callbacks run only while it lives.
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        try TLSVerification.apply(to: self, host: host)
        if let ticketKey { context.tickets.offer(on: ssl, for: ticketKey) }
    }

    deinit {
        SSL_free(ssl)
        BIO_free(noInput)
        OpenSSLErrors.clear()
    }

    package var isHandshakeComplete: Bool { state == .open || state == .shutDown }

    /// True when the peer has shown a certificate that the CAs signed (and, by mode, that names the host), or one that is
    /// pinned.
    package var isPeerVerified: Bool { isHandshakeComplete && configuration.verifiesPeer }

    /// `TLSv1.3` or `TLSv1.2`, once the handshake is complete.
    package var protocolVersion: String? {
        guard isHandshakeComplete, let name = SSL_get_version(ssl) else { return nil }
        return String(cString: name)
    }

    /// OpenSSL's name of the cipher suite, once the handshake is complete.
    package var cipher: String? {
        guard isHandshakeComplete, let suite = SSL_get_current_cipher(ssl), let name = SSL_CIPHER_get_name(suite) else {
            return nil
        }
        return String(cString: name)
    }

    /// Of the server's certificate, once the handshake is complete; a resumed session has that of its first handshake.
    package var peerFingerprint: CertificateFingerprint? {
        isHandshakeComplete ? TLSVerification.fingerprint(of: SSL_get0_peer_certificate(ssl)) : nil
    }

    /// True when the handshake took up an earlier session; the certificate was verified in that one.
    package var isResumed: Bool { isHandshakeComplete && SSL_session_reused(ssl) == 1 }

    /// - Returns: the ClientHello.
    package func start() throws(MySQLError) -> ByteBuffer {
        guard state == .idle else { throw Self.failure("the TLS session was started twice") }
        state = .handshaking
        if let failure = handshake() { throw failure }
        return takeOutput()
    }

    /// Takes in what the peer sent, in any pieces.
    ///
    /// - Parameters:
    ///   - ciphertext: read to its end.
    ///   - plaintext: what could be decrypted is appended.
    /// - Returns: what is to be sent now; often nothing.
    package func receive(
        _ ciphertext: inout ByteBuffer,
        into plaintext: inout ByteBuffer
    ) throws(MySQLError) -> ByteBuffer {
        guard state != .idle, state != .failed else { throw Self.failure("the TLS session cannot take bytes any more") }
        try checkFirstByte(ciphertext)
        while ciphertext.readableBytes > 0, !isPeerClosed {
            var taken = 0
            let failure = ciphertext.readWithUnsafeReadableBytes { bytes -> (Int, MySQLError?) in
                // BIO lengths are 32 bits wide.
                taken = min(bytes.count, 1 << 30)
                return (taken, process(UnsafeRawBufferPointer(rebasing: bytes[..<taken]), into: &plaintext))
            }
            if let failure { throw failure }
        }
        // Nothing that follows close_notify has a meaning.
        ciphertext.moveReaderIndex(to: ciphertext.writerIndex)
        return takeOutput()
    }

    /// - Returns: the records that carry the plaintext.
    package func encrypt(_ plaintext: ByteBuffer) throws(MySQLError) -> ByteBuffer {
        guard state == .open else { throw Self.failure("nothing can be sent outside of an open TLS session") }
        // Each record costs at most 29 bytes more with the ciphers of TLS 1.3 and the AEADs of 1.2.
        var records = ByteBuffer()
        records.reserveCapacity(plaintext.readableBytes + (plaintext.readableBytes / Self.maximumRecord + 1) * 64)
        let failure = plaintext.withUnsafeReadableBytes { bytes -> MySQLError? in
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.maximumRecord))
                var written = 0
                OpenSSLErrors.clear()
                guard SSL_write_ex(ssl, piece.baseAddress, piece.count, &written) == 1, written > 0 else {
                    return failed()
                }
                rest = rest.dropFirst(written)
                drainOutput(into: &records)
            }
            return nil
        }
        if let failure { throw failure }
        return records
    }

    /// Ends the session from our side.
    ///
    /// - Returns: close_notify, or after a failure the alert for the peer; nothing where there is nothing to say.
    package func shutdown() -> ByteBuffer {
        if state == .open {
            OpenSSLErrors.clear()
            _ = SSL_shutdown(ssl)
            OpenSSLErrors.clear()
            state = .shutDown
        }
        return takeOutput()
    }
}
