internal import COpenSSL

/// One-shot digests of OpenSSL.
enum Digest: String, CaseIterable {
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case sha512 = "SHA512"

    private var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    // Looked for once: OpenSSL's search among its providers takes longer than the digest of a password.
    // Safety: never written or freed; OpenSSL lets any thread use what was fetched.
    nonisolated(unsafe) private static let fetched = Dictionary(
        uniqueKeysWithValues: allCases.compactMap { digest in
            EVP_MD_fetch(nil, digest.rawValue, nil).map { (digest, $0) }
        }
    )

    /// - Throws: where OpenSSL is configured so that it does not offer the digest.
    func callAsFunction(_ input: [UInt8]) throws(MySQLError) -> [UInt8] {
        // No digest that is asked for here is longer than OpenSSL's own maximum.
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var written: UInt32 = 0
        // Where it was not there the first time, a provider may have been loaded since.
        let known = Self.fetched[self]
        let late = known == nil ? EVP_MD_fetch(nil, rawValue, nil) : nil
        defer { EVP_MD_free(late) }
        let succeeded =
            (known ?? late).map { EVP_Digest(input, input.count, &output, &written, $0, nil) == 1 } ?? false
        OpenSSLErrors.clear()
        guard succeeded, Int(written) == length else {
            output.wipe()
            throw MySQLError(
                .authenticationRefused,
                phase: .authentication,
                message: "the installed OpenSSL does not offer \(rawValue), which the login needs"
            )
        }
        let digest = Array(output[..<Int(written)])
        output.wipe()
        return digest
    }
}

/// XORs two equally long arrays; the shorter one bounds the result.
func xor(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    zip(left, right).map { $0 ^ $1 }
}
