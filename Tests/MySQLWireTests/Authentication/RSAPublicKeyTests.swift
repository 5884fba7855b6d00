import COpenSSL
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct RSAPublicKeyTests {
    private func encrypt(_ text: String, for pem: String) throws -> [UInt8] {
        try RSAPublicKey.encrypt(Array(text.utf8), for: Array(pem.utf8))
    }

    private func refusal(_ pem: String, _ text: String = "secret") -> String? {
        #expect(throws: RSAEncryptionError.self) { try encrypt(text, for: pem) }?.reason
    }

    @Test func `what is encrypted can be decrypted by the owner of the key`() throws {
        let key = try TestKey.rsa2048.get()
        #expect(try key.decrypt(encrypt("secret\0", for: key.publicPEM)) == Array("secret\0".utf8))
    }

    @Test func `two encryptions of the same text differ`() throws {
        let key = try TestKey.rsa2048.get()
        #expect(try encrypt("secret", for: key.publicPEM) != encrypt("secret", for: key.publicPEM))
    }

    @Test func `214 bytes are the most that a 2048-bit key carries`() throws {
        let key = try TestKey.rsa2048.get()
        let longest = String(repeating: "x", count: 214)
        #expect(try key.decrypt(encrypt(longest, for: key.publicPEM)) == Array(longest.utf8))
        #expect(refusal(key.publicPEM, longest + "x")?.contains("213 bytes") == true)
    }

    @Test func `line ends of Windows, a missing last line end and a NUL at the end are accepted`() throws {
        let key = try TestKey.rsa2048.get()
        let pem = key.publicPEM
        for variant in [pem.split(separator: "\n").joined(separator: "\r\n"), String(pem.dropLast()), pem + "\0"] {
            #expect(try key.decrypt(encrypt("secret", for: variant)) == Array("secret".utf8))
        }
    }

    @Test func `a key of too few bits is refused`() throws {
        #expect(refusal(try TestKey(rsaBits: 1024).publicPEM)?.contains("1024 bits are too few") == true)
    }

    @Test func `a key of another kind is refused`() throws {
        #expect(refusal(try TestKey().publicPEM) == "it is no RSA key")
    }

    @Test func `a key whose exponent is one is refused`() throws {
        let key = try TestKey.rsa2048.get()
        // The last bytes of the DER are the INTEGER 65537 (02 03 01 00 01): make it 1, in as many bytes.
        let lines = key.publicPEM.split(separator: "\n")
        var der = try #require(decodeBase64(lines.dropFirst().dropLast().joined()))
        #expect(der.suffix(5) == [2, 3, 1, 0, 1])
        // A shorter INTEGER, and the lengths above it made smaller by two.
        der.replaceSubrange((der.count - 5)..., with: [2, 1, 1])
        for position in [3, 22, 27] { der[position] -= 2 }
        #expect(refusal(block(der)) == "its exponent is no valid one")
    }

    @Test func `a key of 8192 bits is the longest that is worked with`() throws {
        func key(bits: Int) -> String {
            func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
                [tag, 0x82, UInt8(contents.count >> 8), UInt8(contents.count & 0xFF)] + contents
            }
            // No product of two primes, which only its owner would notice.
            let modulus = element(2, [0] + [UInt8](repeating: 0xFF, count: bits / 8))
            let numbers = element(0x30, modulus + [2, 3, 1, 0, 1])
            let rsaEncryption: [UInt8] = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 1, 1, 5, 0]
            return block(element(0x30, rsaEncryption + element(3, [0] + numbers)))
        }
        #expect(try encrypt("secret", for: key(bits: 8192)).count == 1024)
        #expect(refusal(key(bits: 8200))?.contains("8200 bits are too many") == true)
    }

    @Test func `bytes behind the key are refused, also within its block`() throws {
        let lines = try TestKey.rsa2048.get().publicPEM.split(separator: "\n")
        let der = try #require(decodeBase64(lines.dropFirst().dropLast().joined()))
        #expect(throws: Never.self) { try encrypt("secret", for: block(der)) }
        #expect(refusal(block(der + [0])) == "bytes follow the key")
        #expect(refusal(block(der + der)) == "bytes follow the key")
    }

    @Test func `anything but one PUBLIC KEY block is refused`() throws {
        let key = try TestKey.rsa2048.get()
        let pem = key.publicPEM
        let certificate = pem.replacing("PUBLIC KEY", with: "CERTIFICATE")
        let traditional = pem.replacing("PUBLIC KEY", with: "RSA PUBLIC KEY")
        let headed = pem.replacing(
            "-----BEGIN PUBLIC KEY-----\n",
            with: "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
        )
        for text in [
            "", "\0", "garbage", certificate, traditional, key.privatePEM, pem + pem, "x\n" + pem, pem + "x", headed,
            pem.replacing("A", with: "!"), "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\n====\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----\n",
        ] {
            #expect(refusal(text) != nil, "\(text.prefix(80))")
        }
    }

    @Test func `a PEM text that is cut off anywhere is refused`() throws {
        let pem = try TestKey.rsa2048.get().publicPEM
        for length in 0..<(pem.utf8.count - 1) {
            #expect(throws: RSAEncryptionError.self) {
                try RSAPublicKey.encrypt([1], for: Array(pem.utf8.prefix(length)))
            }
        }
    }

    @Test func `a DER text with a flipped byte never traps`() throws {
        let pem = Array(try TestKey.rsa2048.get().publicPEM.utf8)
        for position in 27..<80 {
            for replacement in [UInt8(ascii: "A"), UInt8(ascii: "/"), UInt8(ascii: "w")] {
                var damaged = pem
                damaged[position] = replacement
                _ = try? RSAPublicKey.encrypt([1], for: damaged)
            }
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func `a huge text is refused before it is read`() {
        let huge = "-----BEGIN PUBLIC KEY-----\n" + String(repeating: "A", count: 1 << 20)
        #expect(refusal(huge)?.contains("longer than 16384 bytes") == true)
    }

    private func block(_ der: [UInt8]) -> String {
        "-----BEGIN PUBLIC KEY-----\n\(encodeBase64(der))\n-----END PUBLIC KEY-----\n"
    }

    private func decodeBase64(_ text: String) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: text.utf8.count / 4 * 3)
        guard EVP_DecodeBlock(&output, Array(text.utf8), Int32(text.utf8.count)) >= 0 else { return nil }
        return Array(output.dropLast(text.hasSuffix("==") ? 2 : text.hasSuffix("=") ? 1 : 0))
    }

    private func encodeBase64(_ bytes: [UInt8]) -> String {
        var output = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&output, bytes, Int32(bytes.count))
        return String(decoding: output.prefix(Int(count)), as: UTF8.self)
    }
}
