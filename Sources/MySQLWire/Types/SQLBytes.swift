/// What readers of SQL text have to agree on: which bytes make a name, and where a comment ends.
enum SQLBytes {
    /// Of a keyword, or of a name or number without quotes.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
            true
        default: false
        }
    }

    /// Behind the `*/` of the comment that begins at `start`, or the end of the text.
    static func blockCommentEnd<Bytes: RandomAccessCollection>(_ bytes: Bytes, from start: Int) -> Int
    where Bytes.Element == UInt8, Bytes.Index == Int {
        var position = start + 2
        while position + 1 < bytes.endIndex {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") { return position + 2 }
            position += 1
        }
        return bytes.endIndex
    }
}
