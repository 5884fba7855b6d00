/// A DATE as the server holds it: also the zero date, and dates without a day or a month.
public struct MySQLDate: Sendable, Hashable, Comparable, LosslessStringConvertible {
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

    /// From a text as the server prints it.
    ///
    /// - Returns: nil for anything else than `2026-01-31`.
    public init?(_ description: String) {
        let date = TemporalText.read(description) { text in
            text.date().flatMap { text.isAtEnd ? $0 : nil }
        }
        guard let date else { return nil }
        self = date
    }

    /// `0000-00-00`, which the server keeps apart from NULL.
    public var isZero: Bool { year == 0 && month == 0 && day == 0 }

    /// Whether the left one comes first in the calendar.
    public static func < (left: MySQLDate, right: MySQLDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    public var description: String {
        "\(PaddedNumber(year, 4))-\(PaddedNumber(month, 2))-\(PaddedNumber(day, 2))"
    }
}
