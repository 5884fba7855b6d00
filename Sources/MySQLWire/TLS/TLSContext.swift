internal import COpenSSL

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The part of TLS that connections share: CA certificates, the client's own certificate, allowed versions and groups.
///
/// Reading the system's roots takes 10 to 30 ms: make one (``shared(for:)``) and keep it.
// Safety: the SSL_CTX is written in init only; afterwards OpenSSL counts its references and locks what it changes.
package final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    let tickets = TLSTicketStore()

    /// P-256 first: MySQL's servers answer a key share of X25519 with another round trip.
    private static let groups = "P-256:P-384:X25519:P-521"

    /// Reads the files that the configuration names.
    ///
    /// - Throws: `invalidArgument` that says which file cannot be used, and why.
    package init(_ configuration: TLSConfiguration) throws(MySQLError) {
        OpenSSLErrors.clear()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else {
            throw Self.failed("OpenSSL cannot be used: \(OpenSSLErrors.drain())")
        }
        self.pointer = pointer
        guard mw_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION) == 1,
            mw_SSL_CTX_set1_groups_list(pointer, Self.groups) == 1
        else { throw Self.failed("OpenSSL cannot be used: \(OpenSSLErrors.drain())") }
        _ = SSL_CTX_set_options(pointer, mw_SSL_OP_NO_RENEGOTIATION() | mw_SSL_OP_NO_COMPRESSION())
        // Without it OpenSSL asks on the terminal for the passphrase of an encrypted key.
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in 0 }
        mw_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        SSL_CTX_sess_set_new_cb(pointer) { ssl, session in
            if let ssl, let session { TLSSession.of(ssl)?.sessionMade(session) }
            return 0
        }
        if configuration.fingerprints.isEmpty {
            try loadAuthorities(configuration)
        } else {
            TLSVerification.pin(pointer)
        }
        try loadClientCertificate(configuration)
        OpenSSLErrors.clear()
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    private func loadAuthorities(_ configuration: TLSConfiguration) throws(MySQLError) {
        if let file = configuration.caFile {
            try Self.requireReadable(file, "CA file")
            guard SSL_CTX_load_verify_file(pointer, file) == 1 else {
                throw Self.failed("the CA file \(file) holds no usable PEM certificate: \(OpenSSLErrors.drain())")
            }
        } else if configuration.mode == .verifyCA || configuration.mode == .verifyIdentity {
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw Self.failed("the system's CA certificates cannot be read: \(OpenSSLErrors.drain())")
            }
        }
    }

    /// As in MySQL's own clients, one file may hold both the certificate and the key, whichever option names it.
    private func loadClientCertificate(_ configuration: TLSConfiguration) throws(MySQLError) {
        guard let certificate = configuration.certificateFile ?? configuration.keyFile,
            let key = configuration.keyFile ?? configuration.certificateFile
        else { return }
        try Self.requireReadable(certificate, "client certificate file")
        try Self.requireReadable(key, "client key file")
        guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw Self.failed(
                "the client certificate file \(certificate) holds no usable PEM certificate: \(OpenSSLErrors.drain())"
            )
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
            throw Self.failed(
                "the client key file \(key) holds no usable PEM key for the certificate in \(certificate) "
                    + "(keys under a passphrase are not supported): \(OpenSSLErrors.drain())"
            )
        }
        // A key of another type than the certificate's was taken above, and the certificate would not be sent.
        guard SSL_CTX_check_private_key(pointer) == 1 else {
            throw Self.failed(
                "the client key in \(key) does not belong to the certificate in \(certificate): \(OpenSSLErrors.drain())"
            )
        }
    }

    /// OpenSSL's own message names neither the file nor, always, the reason.
    private static func requireReadable(_ file: String, _ what: String) throws(MySQLError) {
        var status = stat()
        guard stat(file, &status) == 0, access(file, R_OK) == 0 else {
            throw failed("the \(what) \(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw failed("the \(what) \(file) cannot be read: it is a directory")
        }
    }

    private static func failed(_ message: String) -> MySQLError {
        MySQLError(.invalidArgument, phase: .configuration, message: message)
    }
}
