/// A DECIMAL: exact, up to 65 digits, with as many behind the point as it was written with.
///
/// Two are equal where their texts are: 1.0 and 1.00 differ, as the columns they come from do. For arithmetic convert it:
/// to an integer by ``integer(as:)``, to the nearest Double by ``double``, or its text to a decimal type of your choice.
public struct MySQLDecimal: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    /// For instance `-12.50`.
    public let description: String

    /// - Returns: nil for what is not a sign, digits, and perhaps a point with digits behind it, 65 at most.
    public init?(_ description: String) {
        guard Self.isValid(description.utf8) else { return nil }
        self.description = description
    }

    static func isValid(_ text: some Sequence<UInt8>) -> Bool {
        var digits = 0
        var hasPoint = false
        var isFirst = true
        var last: UInt8 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: ".") where !hasPoint: hasPoint = true
            case UInt8(ascii: "-") where isFirst, UInt8(ascii: "+") where isFirst: break
            default: return false
            }
            isFirst = false
            last = byte
        }
        // The server's limit is 65; ZEROFILL and a leading zero may add some.
        return (1...81).contains(digits) && last != UInt8(ascii: ".")
    }

    /// The digits behind the point.
    public var scale: Int {
        description.utf8.firstIndex(of: UInt8(ascii: ".")).map {
            description.utf8.distance(from: $0, to: description.utf8.endIndex) - 1
        } ?? 0
    }

    /// The nearest number with 53 bits.
    public var double: Double { Double(description) ?? .nan }

    /// The number as an integer; nil where it has a fraction other than zero, or does not fit.
    public func integer<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer? {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.dropFirst().allSatisfy({ $0.allSatisfy { $0 == "0" } }) else { return nil }
        let whole = parts.first ?? ""
        return Integer(whole.isEmpty || whole == "-" || whole == "+" ? "0" : whole)
    }
}
