/// Base64 as the server prints opaque values inside JSON: a line break after each 76 characters.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    private static let bytesInLine = 57

    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if index > bytes.startIndex, (index - bytes.startIndex) % bytesInLine == 0 { text += "\n" }
            let count = min(3, bytes.endIndex - index)
            let second = count > 1 ? UInt32(bytes[index + 1]) : 0
            let third = count > 2 ? UInt32(bytes[index + 2]) : 0
            let group = UInt32(bytes[index]) << 16 | second << 8 | third
            text.append(digits[Int(group >> 18)])
            text.append(digits[Int(group >> 12 & 63)])
            text.append(count > 1 ? digits[Int(group >> 6 & 63)] : "=")
            text.append(count > 2 ? digits[Int(group & 63)] : "=")
            index += count
        }
        return text
    }
}
