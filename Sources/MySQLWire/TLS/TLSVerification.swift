internal import COpenSSL
internal import NIOCore

/// What the server's certificate must satisfy, and why it did not.
enum TLSVerification {
    /// Names and key of a certificate come from the peer: at most this much of them is shown.
    private static let maximumShown = 200

    /// Sets the mode, the name to be verified, and the server name indication.
    static func apply(to session: TLSSession, host: String?) throws(MySQLError) {
        let mode = session.configuration.mode
        // C ends a text at its first NUL: another name would be verified than the one that was given.
        if host?.utf8.contains(0) == true {
            throw MySQLError(.invalidArgument, phase: .configuration, message: "the host name holds a NUL")
        }
        let host = host.flatMap(normalize)
        let isAddress = host.map { (try? SocketAddress(ipAddress: $0, port: 0)) != nil } ?? false
        if let host, !isAddress, mw_SSL_set_tlsext_host_name(session.ssl, host) != 1 {
            throw TLSSession.failure("\(host) cannot be used as a host name in TLS: \(OpenSSLErrors.drain())")
        }
        guard session.configuration.fingerprints.isEmpty else {
            return SSL_set_verify(session.ssl, SSL_VERIFY_PEER, nil)
        }
        guard mode == .verifyCA || mode == .verifyIdentity else {
            SSL_set_verify(session.ssl, SSL_VERIFY_NONE, nil)
            return
        }
        SSL_set_verify(session.ssl, SSL_VERIFY_PEER) { accepted, store in
            if accepted != 1, let store { TLSVerification.remember(store) }
            return accepted
        }
        guard mode == .verifyIdentity else { return }
        guard let host else {
            throw MySQLError(
                .invalidArgument,
                phase: .configuration,
                message: "VERIFY_IDENTITY needs the server's host name, and a Unix socket has none: use VERIFY_CA"
            )
        }
        guard let parameters = SSL_get0_param(session.ssl) else {
            throw TLSSession.failure("OpenSSL cannot be used: \(OpenSSLErrors.drain())")
        }
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let isSet =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host) : X509_VERIFY_PARAM_set1_host(parameters, host, 0)
        guard isSet == 1 else {
            throw TLSSession.failure("\(host) cannot be used as a host name in TLS: \(OpenSSLErrors.drain())")
        }
    }

    /// Has the pins of a session decide in place of the chain, within the handshake: nothing of ours, our certificate for
    /// one, goes to another server.
    static func pin(_ context: OpaquePointer) {
        SSL_CTX_set_cert_verify_callback(
            context,
            { store, _ in
                guard let store, let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
                    let session = TLSSession.of(OpaquePointer(ssl))
                else { return 0 }
                if session.configuration.fingerprints.isEmpty { return X509_verify_cert(store) }
                if TLSVerification.isPinned(X509_STORE_CTX_get0_cert(store), session) { return 1 }
                X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION)
                return 0
            },
            nil
        )
    }

    /// Also notes which certificate it is.
    static func isPinned(_ certificate: OpaquePointer?, _ session: TLSSession) -> Bool {
        guard let found = fingerprint(of: certificate) else { return false }
        session.fingerprint = found
        return session.configuration.fingerprints.contains(found)
    }

    static func fingerprint(of certificate: OpaquePointer?) -> CertificateFingerprint? {
        guard let certificate else { return nil }
        var digest = [UInt8](repeating: 0, count: CertificateFingerprint.length)
        guard X509_digest(certificate, EVP_sha256(), &digest, nil) == 1 else { return nil }
        return try? CertificateFingerprint(bytes: digest)
    }

    /// The sentence for a verification that failed.
    static func explain(_ result: Int, certificate: String?, hasCAFile: Bool) -> String {
        let reason = X509_verify_cert_error_string(result).map { String(cString: $0) } ?? "error \(result)"
        let subject = certificate.map { " (\($0))" } ?? ""
        var message = "the server's certificate\(subject) was refused: \(reason)"
        switch Int32(truncatingIfNeeded: result) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            message +=
                hasCAFile
                ? "; it is not signed by the given CA (--ssl-ca)"
                : "; name the CA file that signed it (--ssl-ca), for MySQL's own certificates ca.pem in its data directory"
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            message += "; connect by a name that it holds, or verify the CA only (--ssl-mode=VERIFY_CA)"
        default:
            break
        }
        return message
    }

    static func explainUnpinned(_ found: CertificateFingerprint?) -> String {
        let which = found.map { ", \($0)," } ?? ""
        return "the fingerprint\(which) of the server's certificate is none of the given ones (--ssl-fp)"
    }

    /// The name as it stands in certificates: without the dot at its end, and without an address's scope.
    private static func normalize(_ host: String) -> String? {
        var name = host.hasSuffix(".") ? String(host.dropLast()) : host
        if name.contains(":"), let scope = name.firstIndex(of: "%") { name = String(name[..<scope]) }
        return name.isEmpty ? nil : name
    }

    private static func remember(_ store: OpaquePointer) {
        guard let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let session = TLSSession.of(OpaquePointer(ssl)),
            let certificate = X509_STORE_CTX_get_current_cert(store)
        else { return }
        session.refusedCertificate = describe(certificate)
    }

    /// `subject CN = …, names DNS:…, IP Address:…`, without control characters.
    private static func describe(_ certificate: OpaquePointer) -> String? {
        guard let bio = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(bio) }
        _ = BIO_puts(bio, "subject ")
        _ = mw_X509_NAME_print_oneline(bio, X509_get_subject_name(certificate))
        let position = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1)
        if position >= 0, let names = X509_get_ext(certificate, position) {
            _ = BIO_puts(bio, ", names ")
            X509V3_EXT_print(bio, names, 0, 0)
        }
        var bytes = [UInt8](repeating: 0, count: maximumShown)
        let count = Int(max(0, BIO_read(bio, &bytes, Int32(bytes.count))))
        let isCut = BIO_ctrl_pending(bio) > 0
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let clean = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }.joined()
        return clean + (isCut ? "…" : "")
    }
}
