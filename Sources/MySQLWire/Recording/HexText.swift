package import NIOCore

/// Bytes as text: hexadecimal tokens, in which sixteen or more equal bytes become `hh*count`, so that the zeros of a
/// greeting stay readable and a row of 16 MiB stays small. One payload has exactly one text.
package enum HexText {
    package static let shortestRun = 16
    package static let bytesPerLine = 32

    /// The text's lines; a payload of no bytes is `-`.
    package static func lines(_ buffer: ByteBuffer) -> [String] {
        guard buffer.readableBytes > 0 else { return ["-"] }
        var lines: [String] = []
        var line = ""
        for token in tokens(buffer) {
            if !line.isEmpty, line.utf8.count + 1 + token.utf8.count > 2 * bytesPerLine {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? token : " " + token
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    private static func tokens(_ buffer: ByteBuffer) -> [String] {
        buffer.withUnsafeReadableBytes { bytes in
            var tokens: [String] = []
            var literal: [UInt8] = []
            func flush() {
                if !literal.isEmpty { tokens.append(String(decoding: literal, as: UTF8.self)) }
                literal.removeAll(keepingCapacity: true)
            }
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                var end = index + 1
                while end < bytes.count, bytes[end] == byte { end += 1 }
                if end - index >= shortestRun {
                    flush()
                    tokens.append("\(String(decoding: digits(byte), as: UTF8.self))*\(end - index)")
                    index = end
                    continue
                }
                for _ in index..<end {
                    literal += digits(byte)
                    if literal.count == 2 * bytesPerLine { flush() }
                }
                index = end
            }
            flush()
            return tokens
        }
    }

    /// Appends the bytes of one token.
    ///
    /// - Parameter limit: how many bytes `buffer` may hold afterwards; checked before anything is allocated.
    /// - Returns: nil, or why it is no token.
    package static func append(_ token: Substring.UTF8View, to buffer: inout ByteBuffer, limit: Int) -> String? {
        let parts = token.split(separator: UInt8(ascii: "*"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let hex = parts.first, hex.count % 2 == 0, !hex.isEmpty else { return "not pairs of hexadecimal digits" }
        if parts.count == 2 {
            guard hex.count == 2, let byte = value(hex) else { return "a repeat begins with one byte" }
            guard let text = Substring(parts[1]).asDecimal, text > 0 else { return "a repeat ends with a count" }
            guard text <= limit - buffer.readableBytes else { return "more than \(limit) bytes" }
            buffer.writeRepeatingByte(byte, count: text)
            return nil
        }
        guard hex.count / 2 <= limit - buffer.readableBytes else { return "more than \(limit) bytes" }
        var rest = hex[...]
        while !rest.isEmpty {
            guard let byte = value(rest.prefix(2)) else { return "not pairs of hexadecimal digits" }
            buffer.writeInteger(byte)
            rest = rest.dropFirst(2)
        }
        return nil
    }

    private static func digits(_ byte: UInt8) -> [UInt8] {
        [alphabet[Int(byte >> 4)], alphabet[Int(byte & 15)]]
    }

    private static func value(_ pair: Substring.UTF8View) -> UInt8? {
        var value: UInt8 = 0
        for digit in pair {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | (digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | (digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    private static let alphabet = Array("0123456789abcdef".utf8)
}

extension Substring {
    /// A decimal number of digits alone, nil also where it does not fit.
    fileprivate var asDecimal: Int? {
        utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(self) : nil
    }
}
