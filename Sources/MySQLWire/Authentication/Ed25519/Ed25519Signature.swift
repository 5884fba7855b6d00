/// Signatures of RFC 8032, section 5.1.6, with a secret of any length.
///
/// MariaDB's client_ed25519 hashes the password where the RFC hashes a seed of 32 bytes, and OpenSSL signs with a seed
/// only: hence the arithmetic of our own. It takes the same time whatever the secret is, as far as the compiler leaves
/// that so; what cannot be had in Swift is that intermediate numbers are wiped: arrays are, values in registers and on
/// the stack are not.
enum Ed25519Signature {
    static func sign(_ message: [UInt8], secret: [UInt8]) throws(MySQLError) -> [UInt8] {
        var expanded = try Digest.sha512(secret)
        defer { expanded.wipe() }
        var scalar = scalar(of: expanded)
        defer { scalar.wipe() }
        let publicKey = EdwardsPoint.base(times: scalar).bytes
        var nonceInput = Array(expanded[32...]) + message
        defer { nonceInput.wipe() }
        var nonce = Ed25519Scalar.reduce(try Digest.sha512(nonceInput))
        defer { nonce.wipe() }
        let commitment = EdwardsPoint.base(times: nonce).bytes
        let challenge = Ed25519Scalar.reduce(try Digest.sha512(commitment + publicKey + message))
        return commitment + Ed25519Scalar.multiplyAdd(challenge, scalar, nonce)
    }

    static func publicKey(of secret: [UInt8]) throws(MySQLError) -> [UInt8] {
        var expanded = try Digest.sha512(secret)
        defer { expanded.wipe() }
        var scalar = scalar(of: expanded)
        defer { scalar.wipe() }
        return EdwardsPoint.base(times: scalar).bytes
    }

    private static func scalar(of expanded: [UInt8]) -> [UInt8] {
        var scalar = Array(expanded[..<32])
        scalar[0] &= 0b1111_1000
        scalar[31] = scalar[31] & 0b0111_1111 | 0b0100_0000
        return scalar
    }
}
