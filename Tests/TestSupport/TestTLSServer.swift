import COpenSSL
package import MySQLWire
package import NIOCore

/// The server's side of TLS in memory, by OpenSSL's own defaults.
package final class TestTLSServer {
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let input = BIO_new(BIO_s_mem())
    private let output = BIO_new(BIO_s_mem())
    package private(set) var received: [UInt8] = []
    package private(set) var isHandshakeComplete = false
    package private(set) var hasSeenCloseNotify = false
    package private(set) var error: String?

    /// - Parameters:
    ///   - clientAuthority: asks for a client certificate that this one signed.
    package convenience init(
        _ certificate: TestCertificate,
        minimum: Int32 = TLS1_VERSION,
        maximum: Int32 = TLS1_3_VERSION,
        clientAuthority: TestCertificate? = nil
    ) throws {
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw TestKey.Failure(what: "server context") }
        // Level 0 allows TLS 1.0 and 1.1, for the tests that see it refused.
        SSL_CTX_set_security_level(context, maximum < TLS1_2_VERSION ? 0 : 1)
        SSL_CTX_use_certificate(context, certificate.pointer)
        SSL_CTX_use_PrivateKey(context, certificate.key.pointer)
        _ = mw_SSL_CTX_set_min_proto_version(context, minimum)
        _ = mw_SSL_CTX_set_max_proto_version(context, maximum)
        if let clientAuthority {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(context), clientAuthority.pointer)
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        try self.init(context)
    }

    /// Another connection to the same server, which knows the tickets of the first one.
    package convenience init(sameAs other: TestTLSServer) throws {
        SSL_CTX_up_ref(other.context)
        try self.init(other.context)
    }

    private init(_ context: OpaquePointer) throws {
        self.context = context
        guard let ssl = SSL_new(context) else { throw TestKey.Failure(what: "server session") }
        self.ssl = ssl
        mw_BIO_set_mem_eof_return(input, -1)
        mw_BIO_set_mem_eof_return(output, -1)
        SSL_set_bio(ssl, input, output)
        SSL_set_accept_state(ssl)
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// The name that the client asked for.
    package var serverName: String? { SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) } }
    /// Of the client, where it has shown one.
    package var peerCertificate: CertificateFingerprint? {
        var digest = [UInt8](repeating: 0, count: 32)
        guard let certificate = SSL_get0_peer_certificate(ssl),
            X509_digest(certificate, EVP_sha256(), &digest, nil) == 1
        else { return nil }
        return try? CertificateFingerprint(bytes: digest)
    }
    package var isResumed: Bool { SSL_session_reused(ssl) == 1 }
    /// NIST's number of the group that the key exchange used.
    package var group: Int { SSL_ctrl(ssl, SSL_CTRL_GET_NEGOTIATED_GROUP, 0, nil) }

    /// Takes what the client sent, and gives what the server answers.
    package func receive(_ bytes: ByteBuffer) -> ByteBuffer {
        ERR_clear_error()
        var bytes = bytes
        _ = bytes.readWithUnsafeReadableBytes { BIO_write(input, $0.baseAddress, Int32($0.count)) > 0 ? $0.count : 0 }
        if !isHandshakeComplete {
            let result = SSL_do_handshake(ssl)
            if result == 1 { isHandshakeComplete = true } else { note(result) }
        }
        if isHandshakeComplete {
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            var count = 0
            while SSL_read_ex(ssl, &chunk, chunk.count, &count) == 1 { received.append(contentsOf: chunk[..<count]) }
            note(0)
        }
        return takeOutput()
    }

    package func write(_ bytes: [UInt8]) -> ByteBuffer {
        var written = 0
        _ = SSL_write_ex(ssl, bytes, bytes.count, &written)
        return takeOutput()
    }

    package func closeNotify() -> ByteBuffer {
        _ = SSL_shutdown(ssl)
        return takeOutput()
    }

    package func keyUpdate() -> ByteBuffer {
        _ = SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        _ = SSL_do_handshake(ssl)
        return takeOutput()
    }

    /// TLS 1.2: asks the client for another handshake.
    package func renegotiate() -> ByteBuffer {
        _ = SSL_renegotiate(ssl)
        _ = SSL_do_handshake(ssl)
        return takeOutput()
    }

    private func note(_ result: Int32) {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_NONE: break
        case SSL_ERROR_ZERO_RETURN: hasSeenCloseNotify = true
        default: error = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) } ?? "unknown"
        }
        ERR_clear_error()
    }

    private func takeOutput() -> ByteBuffer {
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        if !bytes.isEmpty { BIO_read(output, &bytes, Int32(bytes.count)) }
        return ByteBuffer(bytes: bytes)
    }
}
