internal import COpenSSL

/// A password or token: prints as `<redacted>`, and its bytes are wiped when the last copy goes.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: SecretStorage

    /// - Parameter text: the password; sent as UTF-8.
    public init(_ text: String) {
        storage = SecretStorage(Array(text.utf8))
    }

    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// True for a password of no bytes.
    public var isEmpty: Bool { storage.bytes.isEmpty }

    /// Lends the bytes for the time of the call.
    package func withBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
        try body(storage.bytes)
    }

    public static func == (left: Secret, right: Secret) -> Bool {
        left.storage.bytes.count == right.storage.bytes.count
            && CRYPTO_memcmp(left.storage.bytes, right.storage.bytes, left.storage.bytes.count) == 0
    }
}

// Safety: the bytes are written only in init and deinit, which no other reference can see.
private final class SecretStorage: @unchecked Sendable {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    deinit {
        bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
