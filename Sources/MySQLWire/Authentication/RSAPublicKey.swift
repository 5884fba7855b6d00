internal import COpenSSL

/// The server's RSA public key, read strictly: it may come from anybody who sits on the path.
package enum RSAPublicKey {
    /// In bytes; a 2048-bit key has 451.
    package static let maximumPEMLength = 16 << 10
    static let minimumBits: Int32 = 2048
    /// Above it, the arithmetic would take long enough to be an attack.
    static let maximumBits: Int32 = 8192
    /// What OAEP with SHA-1 takes of the key's length: two digests and two bytes.
    private static let paddingLength = 42

    /// RSA with OAEP and SHA-1, as MySQL's servers expect it.
    ///
    /// - Parameter pem: exactly one `PUBLIC KEY` block of an RSA key of 2048 to 8192 bits.
    package static func encrypt(_ plaintext: [UInt8], for pem: [UInt8]) throws(RSAEncryptionError) -> [UInt8] {
        defer { OpenSSLErrors.clear() }
        let key = try parse(pem)
        defer { EVP_PKEY_free(key) }
        let limit = Int(EVP_PKEY_get_size(key)) - paddingLength
        guard plaintext.count <= limit else {
            throw RSAEncryptionError("it carries passwords of up to \(limit - 1) bytes, and this one is longer")
        }
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { throw .outOfMemory }
        defer { EVP_PKEY_CTX_free(context) }
        var length = 0
        guard EVP_PKEY_encrypt_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha1()) == 1,
            EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha1()) == 1,
            EVP_PKEY_encrypt(context, nil, &length, plaintext, plaintext.count) == 1
        else { throw RSAEncryptionError("OpenSSL refused it: \(OpenSSLErrors.drain())") }
        var output = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_encrypt(context, &output, &length, plaintext, plaintext.count) == 1, length <= output.count
        else { throw RSAEncryptionError("OpenSSL refused it: \(OpenSSLErrors.drain())") }
        output.removeLast(output.count - length)
        return output
    }

    /// The caller frees the key.
    private static func parse(_ pem: [UInt8]) throws(RSAEncryptionError) -> OpaquePointer {
        let der = try decode(pem)
        OpenSSLErrors.clear()
        let (parsed, isWhole) = der.withUnsafeBufferPointer { bytes -> (OpaquePointer?, Bool) in
            var cursor = bytes.baseAddress
            let key = d2i_PUBKEY(nil, &cursor, bytes.count)
            return (key, cursor == bytes.baseAddress?.advanced(by: bytes.count))
        }
        guard let key = parsed else { throw RSAEncryptionError("it holds no public key") }
        do throws(RSAEncryptionError) {
            guard isWhole else { throw RSAEncryptionError("bytes follow the key") }
            try check(key)
            return key
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
    }

    private static func check(_ key: OpaquePointer) throws(RSAEncryptionError) {
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else { throw RSAEncryptionError("it is no RSA key") }
        let bits = EVP_PKEY_get_bits(key)
        guard bits >= minimumBits else {
            throw RSAEncryptionError("its \(bits) bits are too few; \(minimumBits) are needed")
        }
        guard bits <= maximumBits else {
            throw RSAEncryptionError("its \(bits) bits are too many; at most \(maximumBits) are accepted")
        }
        // With an exponent of 1 "encrypting" leaves the password readable for whoever listens.
        var exponent: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 else {
            throw RSAEncryptionError("it has no exponent")
        }
        defer { BN_free(exponent) }
        guard BN_num_bits(exponent) >= 2, BN_is_odd(exponent) == 1 else {
            throw RSAEncryptionError("its exponent is no valid one")
        }
    }

    /// The DER bytes between the two lines. Anything but one plain `PUBLIC KEY` block is refused before OpenSSL, which
    /// reads much more than that, sees it.
    private static func decode(_ pem: [UInt8]) throws(RSAEncryptionError) -> [UInt8] {
        guard pem.count <= maximumPEMLength else {
            throw RSAEncryptionError("its PEM text is longer than \(maximumPEMLength) bytes")
        }
        var lines = pem.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }
        // MySQL's servers end the text with a line feed, some proxies with a NUL.
        if lines.last?.elementsEqual([0]) == true { lines.removeLast() }
        guard lines.count >= 3, lines.first?.elementsEqual("-----BEGIN PUBLIC KEY-----".utf8) == true,
            lines.last?.elementsEqual("-----END PUBLIC KEY-----".utf8) == true
        else { throw RSAEncryptionError("it is no PEM text of one PUBLIC KEY") }
        let base64 = Array(lines[1..<(lines.count - 1)].joined())
        guard base64.allSatisfy(isBase64), base64.count % 4 == 0 else {
            throw RSAEncryptionError("its PEM text is damaged")
        }
        // EVP_DecodeBlock counts the padding as bytes.
        let padding = base64.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
        var der = [UInt8](repeating: 0, count: base64.count / 4 * 3)
        let written = Int(EVP_DecodeBlock(&der, base64, Int32(base64.count)))
        guard written >= padding, written <= der.count else { throw RSAEncryptionError("its PEM text is damaged") }
        return Array(der[..<(written - padding)])
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}

extension RSAEncryptionError {
    fileprivate static var outOfMemory: RSAEncryptionError { RSAEncryptionError("OpenSSL has no memory for it") }
}
