import COpenSSL
package import MySQLWire

/// A certificate with its key, made for a test.
// Safety: only read after init.
package final class TestCertificate: @unchecked Sendable {
    package let key: TestKey
    package let pointer: OpaquePointer

    /// - Parameters:
    ///   - name: the common name.
    ///   - alternativeNames: as in openssl.cnf, `DNS:a.example, IP:127.0.0.1`.
    ///   - own: its key; a new one on a curve if nil.
    ///   - issuer: signs it; itself if nil.
    ///   - validFrom: seconds from now.
    ///   - validFor: seconds from now at which it expires.
    package init(
        _ name: String,
        alternativeNames: String? = nil,
        isAuthority: Bool = false,
        key own: TestKey? = nil,
        issuer: TestCertificate? = nil,
        validFrom: Int = -3600,
        validFor: Int = 3600
    ) throws {
        key = try own ?? TestKey()
        guard let certificate = X509_new() else { throw TestKey.Failure(what: "certificate") }
        pointer = certificate
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...1_000_000_000))
        X509_gmtime_adj(X509_getm_notBefore(certificate), validFrom)
        X509_gmtime_adj(X509_getm_notAfter(certificate), validFor)
        X509_set_pubkey(certificate, key.pointer)
        let utf8 = Array(name.utf8)
        X509_NAME_add_entry_by_txt(
            X509_get_subject_name(certificate),
            "CN",
            0x1000 /* MBSTRING_UTF8 */,
            utf8,
            Int32(utf8.count),
            -1,
            0
        )
        X509_set_issuer_name(certificate, X509_get_subject_name(issuer?.pointer ?? certificate))
        try add(NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "CA:FALSE")
        if let alternativeNames { try add(NID_subject_alt_name, alternativeNames) }
        guard X509_sign(certificate, (issuer?.key ?? key).pointer, EVP_sha256()) > 0 else {
            throw TestKey.Failure(what: "signature")
        }
    }

    deinit { X509_free(pointer) }

    private func add(_ nid: Int32, _ value: String) throws {
        guard let addition = X509V3_EXT_nconf_nid(nil, nil, nid, value) else {
            throw TestKey.Failure(what: "extension \(value)")
        }
        X509_add_ext(pointer, addition, -1)
        X509_EXTENSION_free(addition)
    }

    package var fingerprint: CertificateFingerprint {
        get throws { try Self.fingerprint(pointer) }
    }

    /// Of the first certificate in a PEM file.
    package static func fingerprint(ofFile path: String) throws -> CertificateFingerprint {
        guard let file = BIO_new_file(path, "r") else { throw TestKey.Failure(what: "cannot read \(path)") }
        defer { BIO_free(file) }
        guard let certificate = PEM_read_bio_X509(file, nil, nil, nil) else {
            throw TestKey.Failure(what: "no certificate in \(path)")
        }
        defer { X509_free(certificate) }
        return try fingerprint(certificate)
    }

    private static func fingerprint(_ certificate: OpaquePointer) throws -> CertificateFingerprint {
        var digest = [UInt8](repeating: 0, count: CertificateFingerprint.length)
        X509_digest(certificate, EVP_sha256(), &digest, nil)
        return try CertificateFingerprint(bytes: digest)
    }

    package var certificatePEM: String { pem { PEM_write_bio_X509($0, pointer) } }
}
