internal import COpenSSL

/// One-shot digests of OpenSSL.
enum Digest: String {
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

    /// - Throws: where OpenSSL is configured so that it does not offer the digest.
    func callAsFunction(_ input: [UInt8]) throws(MySQLError) -> [UInt8] {
        // No digest that is asked for here is longer than OpenSSL's own maximum.
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var written = 0
        let succeeded = EVP_Q_digest(nil, rawValue, nil, input, input.count, &output, &written) == 1
        OpenSSLErrors.clear()
        guard succeeded, written == length else {
            output.wipe()
            throw MySQLError(
                .authenticationRefused,
                phase: .authentication,
                message: "the installed OpenSSL does not offer \(rawValue), which the login needs"
            )
        }
        let digest = Array(output[..<written])
        output.wipe()
        return digest
    }
}

/// XORs two equally long arrays; the shorter one bounds the result.
func xor(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    zip(left, right).map { $0 ^ $1 }
}
