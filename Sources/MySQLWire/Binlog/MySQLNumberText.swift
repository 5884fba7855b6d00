/// Floating-point numbers as the server prints them (MySQL source: dtoa.cc, my_gcvt).
enum MySQLNumberText {
    /// The shortest digits that give the same number again; with an exponent for less than 1e-15, and for whole numbers
    /// of more than 15 digits.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        return text(digits: "\(value.magnitude)", isNegative: value.sign == .minus, isZero: value == 0)
    }

    /// The server itself prints only six digits of a FLOAT, which do not give the same number again.
    static func text(shortest value: Float) -> String {
        guard value.isFinite else { return "\(value)" }
        return text(digits: "\(value.magnitude)", isNegative: value.sign == .minus, isZero: value == 0)
    }

    /// - Parameter description: as Swift prints it: the shortest digits, in another layout (`1.5e-05`, `100.0`).
    private static func text(digits description: String, isNegative: Bool, isZero: Bool) -> String {
        let sign = isNegative ? "-" : ""
        guard !isZero else { return sign + "0" }
        let parts = description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        var digits = Array(whole.utf8) + (mantissa.count > 1 ? Array(mantissa[1].utf8) : [])
        var point = whole.utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let zero = UInt8(ascii: "0")
        let leading = digits.prefix { $0 == zero }.count
        digits.removeFirst(leading)
        point -= leading
        while digits.last == zero { digits.removeLast() }

        func string(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
        func zeros(_ count: Int) -> String { String(repeating: "0", count: max(0, count)) }
        if point < -14 || point > 15 && digits.count <= point {
            let fraction = digits.count > 1 ? "." + string(digits.dropFirst()) : ""
            return "\(sign)\(string(digits.prefix(1)))\(fraction)e\(point - 1)"
        }
        if point <= 0 { return "\(sign)0.\(zeros(-point))\(string(digits))" }
        if point >= digits.count { return "\(sign)\(string(digits))\(zeros(point - digits.count))" }
        return "\(sign)\(string(digits.prefix(point))).\(string(digits.dropFirst(point)))"
    }
}
