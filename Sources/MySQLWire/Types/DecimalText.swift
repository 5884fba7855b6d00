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
        if let value = short(bytes) { return value }
        guard let text = DecimalText(bytes), let value = text.magnitude else { return nil }
        return text.isNegative ? -value : value
    }

    /// What most numbers are: at most 18 digits that a Double holds as one number, a sign and a point. Nil for all others.
    private static func short(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard let first = bytes.first, bytes.count <= 18 else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        var position = start
        var point: Int?
        var digits: UInt64 = 0
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            if digit < 10 {
                digits = digits &* 10 &+ UInt64(digit)
            } else {
                guard bytes[position] == UInt8(ascii: "."), point == nil else { return nil }
                point = position
            }
            position &+= 1
        }
        guard bytes.count - start > (point == nil ? 0 : 1), digits <= 1 << 53 else { return nil }
        let decimals = point.map { bytes.count - 1 - $0 } ?? 0
        // Both are exact, and one operation rounds once.
        let value = Double(digits) / powers[decimals]
        return isNegative ? -value : value
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

    // Literals, which need no initializer at the first use that each use then asks for.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
    private static let wholePowers: [UInt64] = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]
}
