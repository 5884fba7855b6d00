/// Why nothing can be encrypted for an RSA public key.
package struct RSAEncryptionError: Error, Equatable, Sendable {
    /// The rest of a sentence, without anything of the peer's bytes.
    package var reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}
