/// What MariaDB says at the end of a login for its certificate (seen on 11.8.9, not on 10.11): the OK's text is 0x01 and,
/// in 64 hexadecimal digits, `SHA256(what it keeps of the password, nonce[20], SHA256(certificate))`.
///
/// Whoever sits in between has shown another certificate, and lacks the password to make a text for that one.
enum CertificateProof {
    static let header: UInt8 = 0x01
    static let digits = 64

    /// - Parameter digest: what the server keeps of the password.
    static func text(
        digest: [UInt8],
        nonce: [UInt8],
        certificate: CertificateFingerprint
    ) throws(MySQLError) -> String {
        "\u{1}" + Hexadecimal.text(try Digest.sha256(digest + nonce + certificate.bytes))
    }

    static func refused() -> MySQLError {
        MySQLError(
            .tlsFailed,
            phase: .authentication,
            message: "the certificate that TLS began with is not the server's own, which the end of the login tells: "
                + "somebody sits in between; where that is a proxy of yours, verify its certificate "
                + "(--ssl-mode=VERIFY_CA with --ssl-ca) or pin it (--ssl-fp)"
        )
    }
}
