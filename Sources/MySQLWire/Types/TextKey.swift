/// A text as a key: equal to the same bytes only.
///
/// Swift's own `==` also takes texts for equal that are written in other characters, `é` in one or in two. To a server
/// those are two statements, two columns.
struct TextKey: Hashable, Sendable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: TextKey, right: TextKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
