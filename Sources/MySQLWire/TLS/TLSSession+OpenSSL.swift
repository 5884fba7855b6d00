internal import COpenSSL
internal import NIOCore

/// The calls into OpenSSL: each with an empty error queue before it.
extension TLSSession {
    /// Lends the bytes to OpenSSL, without a copy, for the time of the call.
    func process(_ bytes: UnsafeRawBufferPointer, into plaintext: inout ByteBuffer) -> MySQLError? {
        guard let input = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return failed() }
        mw_BIO_set_mem_eof_return(input, -1)
        SSL_set0_rbio(ssl, input)
        defer {
            BIO_up_ref(noInput)
            SSL_set0_rbio(ssl, noInput)
        }
        if !isHandshakeComplete, let failure = handshake() { return failure }
        guard isHandshakeComplete else { return nil }
        // A record that began earlier may come out whole now.
        let held = SSL_has_pending(ssl) == 1 ? Self.maximumRecord : 0
        plaintext.reserveCapacity(minimumWritableBytes: bytes.count + held + Self.spareRoom)
        return read(into: &plaintext)
    }

    func handshake() -> MySQLError? {
        OpenSSLErrors.clear()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            // A resumed session brings no certificate along, so that nobody was asked about it: the one that it began
            // with must be pinned by now.
            if !configuration.fingerprints.isEmpty, !TLSVerification.isPinned(SSL_get0_peer_certificate(ssl), self) {
                state = .failed
                if let ticketKey { context.tickets.forget(ticketKey) }
                return Self.failure(TLSVerification.explainUnpinned(fingerprint))
            }
            state = .open
            return nil
        }
        return SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ ? nil : failed()
    }

    func read(into plaintext: inout ByteBuffer) -> MySQLError? {
        while true {
            var count = 0
            var result: Int32 = 0
            OpenSSLErrors.clear()
            plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.spareRoom) { bytes in
                result = SSL_read_ex(ssl, bytes.baseAddress, bytes.count, &count)
                return count
            }
            if result == 1 { continue }
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ:
                return nil
            case SSL_ERROR_ZERO_RETURN:
                isPeerClosed = true
                return nil
            default:
                return failed()
            }
        }
    }

    func takeOutput() -> ByteBuffer {
        var bytes = ByteBuffer()
        drainOutput(into: &bytes)
        return bytes
    }

    func drainOutput(into buffer: inout ByteBuffer) {
        while true {
            let pending = BIO_ctrl_pending(output)
            guard pending > 0 else { return }
            let read = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: pending) { bytes in
                max(0, Int(BIO_read(output, bytes.baseAddress, Int32(clamping: min(pending, bytes.count)))))
            }
            guard read > 0 else { return }
        }
    }

    /// The object that owns this `SSL`, for callbacks.
    static func of(_ ssl: OpaquePointer) -> TLSSession? {
        SSL_get_ex_data(ssl, 0).map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The server gave the means to resume (in TLS 1.3 some time after the handshake).
    func sessionMade(_ session: OpaquePointer) {
        guard let ticketKey, state != .failed else { return }
        context.tickets.remember(session, for: ticketKey)
    }
}
