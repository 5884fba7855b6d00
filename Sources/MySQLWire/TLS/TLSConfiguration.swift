/// How the connection is protected. There is no fallback but the one that `preferred` names.
public struct TLSConfiguration: Sendable, Equatable {
    /// As `--ssl-mode` of the manual.
    public enum Mode: String, Sendable, CaseIterable {
        /// Never TLS.
        case disabled = "DISABLED"
        /// TLS where the server offers it, plaintext where it does not. Anybody on the path can strip it.
        case preferred = "PREFERRED"
        /// TLS or no connection; the certificate is not verified, unless the server's login proves it
        /// (``MySQLConnection/isServerVerified``).
        case required = "REQUIRED"
        /// TLS with a certificate that the given CAs (or the system's) have signed.
        case verifyCA = "VERIFY_CA"
        /// The same, and the certificate names the host (or IP address) that was connected to.
        case verifyIdentity = "VERIFY_IDENTITY"
    }

    /// How much is asked of the server.
    public var mode: Mode
    /// A PEM file of CA certificates; the system's roots without it.
    public var caFile: String?
    /// A PEM file of the client's own certificate chain.
    public var certificateFile: String?
    /// A PEM file of the key to `certificateFile`.
    public var keyFile: String?
    /// Pins the server's own certificate: one of these it must be. That proves who the server is, so neither its chain
    /// nor its names are looked at then, in any mode, and a mode that goes on without TLS is refused.
    public var fingerprints: Set<CertificateFingerprint>

    /// The files are read at the first connect, and again once they were replaced; one that cannot be read fails the
    /// connect.
    public init(
        mode: Mode,
        caFile: String? = nil,
        certificateFile: String? = nil,
        keyFile: String? = nil,
        fingerprints: Set<CertificateFingerprint> = []
    ) {
        self.mode = mode
        self.caFile = caFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.fingerprints = fingerprints
    }

    /// A connection by it comes about only with a server that has proved who it is: by what signed its certificate, or
    /// by the certificate itself.
    var verifiesPeer: Bool {
        switch mode {
        case .disabled, .preferred: false
        case .required: !fingerprints.isEmpty
        case .verifyCA, .verifyIdentity: true
        }
    }

    func check() throws(MySQLError) {
        guard !fingerprints.isEmpty, mode == .disabled || mode == .preferred else { return }
        throw MySQLError(
            .invalidArgument,
            phase: .configuration,
            message:
                "a fingerprint of the server's certificate (--ssl-fp) needs TLS: it goes with --ssl-mode=REQUIRED, "
                + "not with \(mode.rawValue)"
        )
    }
}
