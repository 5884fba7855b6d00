/// Text that is equal to the same bytes only.
///
/// Swift's own `==` also takes texts for equal that are written in other characters, `é` in one or in two. To a server
/// those are two tables, two columns, two members of an ENUM, two definitions.
@propertyWrapper
struct ExactText: Sendable, Hashable, Comparable {
    var wrappedValue: String

    init(wrappedValue: String) {
        self.wrappedValue = wrappedValue
    }

    static func == (left: ExactText, right: ExactText) -> Bool {
        left.wrappedValue.utf8.elementsEqual(right.wrappedValue.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in wrappedValue.utf8 { hasher.combine(byte) }
        // No byte of UTF-8: the end, so that of two texts the border between them counts.
        hasher.combine(UInt8.max)
    }

    static func < (left: ExactText, right: ExactText) -> Bool {
        left.wrappedValue.utf8.lexicographicallyPrecedes(right.wrappedValue.utf8)
    }
}
