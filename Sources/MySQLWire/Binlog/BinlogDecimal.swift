internal import NIOCore

/// DECIMAL as stored: groups of nine digits in four bytes, shorter groups in fewer, negative numbers inverted
/// (MySQL source: decimal.cc, decimal2bin).
enum BinlogDecimal {
    private static let bytesForDigits = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]
    private static let powers: [UInt64] = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// The exact text, with as many digits behind the point as the column has.
    ///
    /// - Parameters:
    ///   - precision: all digits, 1 to 65; scale: those behind the point, 0 to 30 and not more than `precision`.
    static func text(_ reader: inout WireReader, precision: Int, scale: Int) throws(WireError) -> String {
        guard precision >= 1, precision <= 81, scale >= 0, scale <= precision else {
            throw reader.error("decimal", "DECIMAL(\(precision),\(scale))")
        }
        let whole = precision - scale
        var groups = whole % 9 == 0 ? [] : [whole % 9]
        groups += Array(repeating: 9, count: whole / 9)
        let wholeGroups = groups.count
        groups += Array(repeating: 9, count: scale / 9)
        if scale % 9 != 0 { groups.append(scale % 9) }

        // The first bit is set for positive numbers and zero.
        let isNegative = (reader.peek() ?? 0x80) & 0x80 == 0
        var wholeDigits = ""
        var fraction = ""
        for (index, digits) in groups.enumerated() {
            let count = bytesForDigits[digits]
            var value = try reader.bigEndian(count, "decimal")
            if index == 0 { value ^= 0x80 << UInt64(8 * (count - 1)) }
            if isNegative { value ^= (1 << UInt64(8 * count)) - 1 }
            guard value < powers[digits] else { throw reader.error("decimal", "more than \(digits) digits") }
            let text = String(value)
            let padded = String(repeating: "0", count: digits - text.count) + text
            if index < wholeGroups { wholeDigits += padded } else { fraction += padded }
        }
        let trimmed = wholeDigits.drop { $0 == "0" }
        let text = (isNegative ? "-" : "") + (trimmed.isEmpty ? "0" : String(trimmed))
        return fraction.isEmpty ? text : text + "." + fraction
    }
}
