/// Bytes as two capital digits each.
enum Hexadecimal {
    private static let digits = Array("0123456789ABCDEF")

    static func text(_ bytes: some Sequence<UInt8>, separator: String = "") -> String {
        var text = ""
        for byte in bytes {
            if !text.isEmpty { text += separator }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
