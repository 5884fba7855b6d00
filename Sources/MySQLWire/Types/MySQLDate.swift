/// A DATE as the server holds it: also the zero date, and dates without a day or a month.
public struct MySQLDate: Sendable, Hashable, CustomStringConvertible {
    /// 0 to 9999.
    public var year: UInt16
    /// 0 to 12.
    public var month: UInt8
    /// 0 to 31.
    public var day: UInt8

    /// From its parts, which are not checked: the server knows dates like 2024-00-00.
    public init(year: UInt16, month: UInt8, day: UInt8) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// `0000-00-00`, which the server keeps apart from NULL.
    public var isZero: Bool { year == 0 && month == 0 && day == 0 }

    public var description: String {
        "\(PaddedNumber(year, 4))-\(PaddedNumber(month, 2))-\(PaddedNumber(day, 2))"
    }
}
