/// The SHA-256 digest of a certificate (of its DER bytes), by which one single certificate can be pinned.
///
/// `openssl x509 -in server-cert.pem -noout -fingerprint -sha256` prints that of a file.
public struct CertificateFingerprint: Hashable, Sendable, CustomStringConvertible {
    /// In bytes.
    public static let length = 32

    /// 32 of them.
    public let bytes: [UInt8]

    /// - Throws: ``MySQLError/Code/invalidArgument`` unless there are 32 bytes.
    public init(bytes: [UInt8]) throws(MySQLError) {
        guard bytes.count == Self.length else {
            throw Self.refused("has \(Self.length) bytes, and these are \(bytes.count)")
        }
        self.bytes = bytes
    }

    /// - Parameter hex: 64 hexadecimal digits, in pairs with colons between them or without any, of either case.
    /// - Throws: ``MySQLError/Code/invalidArgument`` for anything else.
    public init(_ hex: String) throws(MySQLError) {
        let text = Array(hex.utf8)
        let hasColons = text.contains(UInt8(ascii: ":"))
        let pairs =
            hasColons
            ? text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            : stride(from: 0, to: text.count, by: 2).map { text[$0..<min($0 + 2, text.count)] }
        guard pairs.count == Self.length, pairs.allSatisfy({ $0.count == 2 }) else {
            throw Self.refused(
                "has \(Self.length * 2) hexadecimal digits, in pairs with colons between them or without any"
            )
        }
        let bytes = pairs.flatMap { $0 }.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard bytes.count == Self.length * 2 else { throw Self.refused("has no other characters than 0-9, A-F and :") }
        self.bytes = stride(from: 0, to: bytes.count, by: 2).map { UInt8(bytes[$0] << 4 | bytes[$0 + 1]) }
    }

    /// As OpenSSL prints it: `AB:CD:…`.
    public var description: String { Hexadecimal.text(bytes, separator: ":") }

    private static func refused(_ reason: String) -> MySQLError {
        MySQLError(
            .invalidArgument,
            phase: .configuration,
            message: "this is no fingerprint of a certificate: SHA-256 \(reason)"
        )
    }
}
