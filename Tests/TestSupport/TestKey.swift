import COpenSSL

/// A key pair made for a test.
// Safety: only read after init.
package final class TestKey: @unchecked Sendable {
    package let pointer: OpaquePointer

    package struct Failure: Error {
        package var what: String

        package init(what: String) { self.what = what }
    }

    /// Making RSA keys takes time: the tests share these.
    package static let rsa2048 = Result { try TestKey(rsaBits: 2048) }

    package init(rsaBits: Int32, exponent: UInt? = nil) throws {
        pointer = try Self.generate(EVP_PKEY_RSA) { context in
            guard let exponent else { return EVP_PKEY_CTX_set_rsa_keygen_bits(context, rsaBits) }
            let number = BN_new()
            defer { BN_free(number) }
            BN_set_word(number, exponent)
            return EVP_PKEY_CTX_set_rsa_keygen_bits(context, rsaBits) == 1
                ? EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number) : 0
        }
    }

    /// P-256.
    package init() throws {
        pointer = try Self.generate(EVP_PKEY_EC) {
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid($0, NID_X9_62_prime256v1)
        }
    }

    deinit { EVP_PKEY_free(pointer) }

    private static func generate(_ kind: Int32, _ configure: (OpaquePointer?) -> Int32) throws -> OpaquePointer {
        let context = EVP_PKEY_CTX_new_id(kind, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, configure(context) == 1, EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw Failure(what: "key generation") }
        return key
    }

    package var publicPEM: String { pem { PEM_write_bio_PUBKEY($0, pointer) } }
    package var privatePEM: String { pem { PEM_write_bio_PrivateKey($0, pointer, nil, nil, 0, nil, nil) } }

    /// The private key under a passphrase.
    package var encryptedPEM: String {
        let phrase = Array("a passphrase".utf8)
        return pem { PEM_write_bio_PrivateKey($0, pointer, EVP_aes_128_cbc(), phrase, Int32(phrase.count), nil, nil) }
    }

    /// RSA, OAEP with SHA-1.
    package func decrypt(_ ciphertext: [UInt8]) throws -> [UInt8] {
        let context = EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var length = 0
        guard EVP_PKEY_decrypt_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_decrypt(context, nil, &length, ciphertext, ciphertext.count) == 1
        else { throw Failure(what: "decryption") }
        var output = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_decrypt(context, &output, &length, ciphertext, ciphertext.count) == 1 else {
            throw Failure(what: "decryption")
        }
        return Array(output[..<length])
    }
}

/// What an OpenSSL function writes to a BIO, as text.
package func pem(_ write: (OpaquePointer?) -> Int32) -> String {
    let bio = BIO_new(BIO_s_mem())
    defer { BIO_free(bio) }
    guard write(bio) == 1 else {
        ERR_clear_error()
        return ""
    }
    var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(bio))
    BIO_read(bio, &bytes, Int32(bytes.count))
    return String(decoding: bytes, as: UTF8.self)
}
