import COpenSSL
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct Ed25519Tests {
    struct Vector: Sendable {
        var secret: String
        var publicKey: String
        var message: String
        var signature: String
    }

    /// RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc).
    static let vectors: [Vector] = [
        Vector(
            secret: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        Vector(
            secret: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        Vector(
            secret: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: "af82",
            signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
        Vector(
            secret: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            publicKey: "ec172b93ad5e563f4932c70e1245034c35467ef2efd4d64ebf819683467e2bf2",
            message: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            signature: "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
                + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ]

    @Test(arguments: vectors) func `signatures are those of RFC 8032`(vector: Vector) throws {
        let signature = try Ed25519Signature.sign(Self.bytes(vector.message), secret: Self.bytes(vector.secret))
        #expect(hex(signature) == vector.signature)
    }

    @Test func `signatures with random seeds are those of OpenSSL`() throws {
        var generator = SeededGenerator(seed: 25519)
        for length in 0..<20 {
            let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let message = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(try Ed25519Signature.sign(message, secret: seed) == Self.openSSL(message, seed: seed))
        }
    }

    /// What no EVP function does: the secret is a password, of any length.
    @Test(arguments: [0, 1, 31, 33, 200]) func `a signature with a password is verified by its public key`(length: Int)
        throws
    {
        let password = [UInt8](repeating: UInt8(ascii: "p"), count: length)
        let nonce = [UInt8](0..<32)
        let publicKey = try Self.publicKey(of: password)
        let signature = try Ed25519Signature.sign(nonce, secret: password)
        #expect(Self.isValid(signature, of: nonce, by: publicKey))
        #expect(!Self.isValid(signature, of: nonce.reversed(), by: publicKey))
        #expect(try !Self.isValid(signature, of: nonce, by: Self.publicKey(of: password + [0])))
    }

    @Test func `the order of the base point is zero, and numbers around it are right`() {
        let order = Self.bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        var above = order
        above[0] += 5
        var below = order
        below[0] -= 1
        let zero = [UInt8](repeating: 0, count: 32)
        #expect(Ed25519Scalar.reduce(order) == zero)
        #expect(Ed25519Scalar.reduce(above) == [5] + zero.dropFirst())
        #expect(Ed25519Scalar.reduce(below) == below)
        // (L - 1)^2 = 1
        #expect(Ed25519Scalar.multiplyAdd(below, below, zero) == [1] + zero.dropFirst())
        // The neutral point, whose y is 1, and the negative of the base point.
        #expect(EdwardsPoint.base(times: order).bytes == [1] + zero.dropFirst())
        #expect(hex(EdwardsPoint.base(times: below).bytes) == "58" + String(repeating: "66", count: 30) + "e6")
    }

    @Test func `numbers of the field have one form, at the modulus and above`() {
        let modulus = Curve25519Field(words: ~0 - 18, ~0, ~0, ~0 >> 1)
        let largest = Curve25519Field(words: ~0, ~0, ~0, ~0 >> 1)
        let zero = [UInt8](repeating: 0, count: 32)
        #expect(modulus.bytes == zero)
        #expect(largest.bytes == [18] + zero.dropFirst())
        #expect((Curve25519Field.zero - .one).bytes == [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F])
        #expect((largest * largest.inverse).bytes == Curve25519Field.one.bytes)
        #expect((largest + largest * largest - largest).bytes == [0x44, 1] + zero.dropFirst(2))
        #expect(modulus.inverse.bytes == zero)
    }

    static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).map { offset in
            let start = hex.index(hex.startIndex, offsetBy: offset)
            return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16) ?? 0
        }
    }

    static func publicKey(of secret: [UInt8]) throws -> [UInt8] {
        var scalar = Array(try Digest.sha512(secret)[..<32])
        scalar[0] &= 248
        scalar[31] = scalar[31] & 127 | 64
        return EdwardsPoint.base(times: scalar).bytes
    }

    static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
        let key = EVP_PKEY_new_raw_public_key_ex(nil, "ED25519", nil, publicKey, publicKey.count)
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// The public key to a seed of 32 bytes, by OpenSSL alone.
    static func openSSLPublicKey(seed: [UInt8]) -> [UInt8] {
        let key = EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, seed, seed.count)
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        EVP_PKEY_get_raw_public_key(key, &bytes, &count)
        return bytes
    }

    private static func openSSL(_ message: [UInt8], seed: [UInt8]) -> [UInt8] {
        let key = EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, seed, seed.count)
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        EVP_DigestSignInit(context, nil, nil, nil, key)
        EVP_DigestSign(context, &signature, &count, message, message.count)
        return signature
    }
}
