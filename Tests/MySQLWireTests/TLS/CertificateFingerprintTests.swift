import MySQLWire
import Testing

@Suite struct CertificateFingerprintTests {
    private static let bytes = (0..<32).map { UInt8($0 * 8 + 7) }
    private static let plain = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    private static let printed =
        "07:0F:17:1F:27:2F:37:3F:47:4F:57:5F:67:6F:77:7F:87:8F:97:9F:A7:AF:B7:BF:C7:CF:D7:DF:E7:EF:F7:FF"

    @Test func `digits are taken with and without colons, in either case, and printed as OpenSSL does`() throws {
        for text in [Self.plain, Self.plain.uppercased(), Self.printed, Self.printed.lowercased()] {
            let fingerprint = try CertificateFingerprint(text)
            #expect(fingerprint.bytes == Self.bytes)
            #expect(fingerprint.description == Self.printed)
            #expect(try fingerprint == CertificateFingerprint(bytes: Self.bytes))
        }
    }

    @Test(
        arguments: [
            "", ":", "07", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
            // SHA-1 and SHA-512.
            String(repeating: "0", count: 40), String(repeating: "0", count: 128),
            String(repeating: "g0", count: 32), String(repeating: "+1", count: 32), "sha256:" + plain, " " + plain,
            "0x" + plain.dropFirst(2), printed + ":", ":" + printed, printed.replacing("0F:", with: "0F"),
            printed.replacing(":", with: "-"), printed.replacing("07:0F", with: "0:70F"),
            String(repeating: "０", count: 64), String(repeating: "é", count: 32),
        ]
    )
    func `anything but 32 pairs of digits is refused`(text: String) {
        let error = #expect(throws: MySQLError.self) { try CertificateFingerprint(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.phase == .configuration)
    }

    @Test(arguments: [0, 20, 31, 33, 64]) func `another number of bytes is refused`(count: Int) {
        let error = #expect(throws: MySQLError.self) {
            try CertificateFingerprint(bytes: [UInt8](repeating: 1, count: count))
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("\(count)") == true)
    }
}
