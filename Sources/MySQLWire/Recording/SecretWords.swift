/// The words behind which SQL has a password, found in raw text in either case.
///
/// Statements of 16 MiB and more go through here: one pass, without a copy.
enum SecretWords {
    private static let identified: StaticString = "IDENTIFIED"
    /// Each also as a part of a name: `SOURCE_PASSWORD`.
    private static let parts: [StaticString] = ["PASSWORD", "AUTHENTICATION_STRING"]

    /// Whether a name, alone, is such a word.
    static func isSecret(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) -> Bool {
        if name.count == identified.utf8CodeUnitCount, begins(bytes, name, with: identified) { return true }
        return parts.contains { stands($0, in: bytes, name) }
    }

    /// Whether one stands anywhere in a text.
    static func stand(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        stands(identified, in: bytes, range) || parts.contains { stands($0, in: bytes, range) }
    }

    /// - Parameter word: in capitals.
    static func stands(_ word: StaticString, in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        guard let text = bytes.baseAddress, range.count >= word.utf8CodeUnitCount else { return false }
        let first = word.utf8Start.pointee
        var position = range.lowerBound
        let end = range.upperBound - word.utf8CodeUnitCount + 1
        while position < end {
            let byte = text.load(fromByteOffset: position, as: UInt8.self)
            if byte == first || byte == first | 0x20, begins(bytes, position..<range.upperBound, with: word) {
                return true
            }
            position += 1
        }
        return false
    }

    static func begins(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, with word: StaticString) -> Bool {
        guard range.count >= word.utf8CodeUnitCount else { return false }
        return (0..<word.utf8CodeUnitCount).allSatisfy { offset in
            let byte = bytes[range.lowerBound + offset]
            let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            return (isLower ? byte - 0x20 : byte) == word.utf8Start[offset]
        }
    }
}
