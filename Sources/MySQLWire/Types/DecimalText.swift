/// A decimal number as the server prints it, `-12.5e-3`, read to the nearest `Double`.
///
/// Correctly rounded, as strtod is, and without its cost: one division of 128 by 64 bits gives more digits than a Double
/// holds, and its remainder says on which side of a tie the number lies.
struct DecimalText {
    /// The significant digits as one number, and the power of ten that it is to be multiplied by.
    private var digits: UInt64 = 0
    private var exponent = 0
    private var isNegative = false

    /// Nil where the bytes are something else, or have more than 19 significant digits.
    private init?(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        let end = bytes.count
        if position < end, bytes[position] == UInt8(ascii: "-") {
            isNegative = true
            position = 1
        }
        var count = 0
        func digit() -> UInt64? {
            guard position < end else { return nil }
            let digit = bytes[position] &- UInt8(ascii: "0")
            return digit < 10 ? UInt64(digit) : nil
        }
        /// - Returns: how many there were.
        func takeDigits() -> Int {
            let start = position
            while let digit = digit() {
                digits = digits &* 10 &+ digit
                if digits != 0 || count != 0 { count += 1 }
                position += 1
            }
            return position - start
        }
        var places = takeDigits()
        if position < end, bytes[position] == UInt8(ascii: ".") {
            position += 1
            let decimals = takeDigits()
            exponent = -decimals
            places += decimals
        }
        guard places > 0, count <= 19 else { return nil }
        guard position < end else { return }
        guard bytes[position] | 0x20 == UInt8(ascii: "e") else { return nil }
        position += 1
        var isSmall = false
        if position < end, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            isSmall = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        guard position < end, end - position <= 4 else { return nil }
        var power = 0
        while let digit = digit() {
            power = power * 10 + Int(digit)
            position += 1
        }
        guard position == end else { return nil }
        exponent += isSmall ? -power : power
    }

    /// Nil for what is no such number, and for the few that need more digits than fit: those are for strtod.
    static func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard let text = DecimalText(bytes), let value = text.magnitude else { return nil }
        return text.isNegative ? -value : value
    }

    private var magnitude: Double? {
        if digits == 0 { return 0 }
        switch exponent {
        case 0: return Double(digits)
        // Both factors are exact, and one operation rounds once.
        case 1...22 where digits <= 1 << 53: return Double(digits) * Self.powers[exponent]
        case -22 ... -1 where digits <= 1 << 53: return Double(digits) / Self.powers[-exponent]
        case -19 ... -1: return Self.quotient(of: digits, by: Self.wholePowers[-exponent])
        default: return nil
        }
    }

    private static func quotient(of dividend: UInt64, by divisor: UInt64) -> Double {
        let (up, down) = (dividend.leadingZeroBitCount, divisor.leadingZeroBitCount)
        // Both with their highest bit set: the quotient has 63 or 64 bits.
        let wide = dividend << UInt64(up)
        let (quotient, remainder) = (divisor << UInt64(down)).dividingFullWidth((wide >> 1, wide << 63))
        let dropped = 11 - quotient.leadingZeroBitCount
        var kept = quotient >> UInt64(dropped)
        let rest = quotient & (1 << UInt64(dropped) - 1)
        let half: UInt64 = 1 << UInt64(dropped - 1)
        if rest > half || rest == half && (remainder != 0 || kept & 1 == 1) { kept += 1 }
        let scale = dropped + down - up - 63
        return Double(kept) * Double(sign: .plus, exponent: scale, significand: 1)
    }

    private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }
    private static let wholePowers: [UInt64] = (0...19).map { power in (0..<power).reduce(1) { value, _ in value * 10 }
    }
}
