/// A TIMESTAMP: a moment, in seconds since 1970; 0 is the zero value `0000-00-00 00:00:00`, not 1970.
public struct BinlogTimestamp: Sendable, Hashable, CustomStringConvertible {
    /// Since 1970, in UTC.
    public var seconds: UInt32
    /// Of the second: 0 to 999,999.
    public var microseconds: UInt32
    /// The digits of a second that the column keeps, 0 to 6.
    public var digits: UInt8

    /// From its parts, which are not checked.
    public init(seconds: UInt32, microseconds: UInt32 = 0, digits: UInt8 = 0) {
        self.seconds = seconds
        self.microseconds = microseconds
        self.digits = digits
    }

    /// `0000-00-00 00:00:00`, which is not the first second of 1970.
    public var isZero: Bool { seconds == 0 && microseconds == 0 }

    /// What a session with `time_zone='+00:00'` selects.
    public var description: String { dateTime.description }

    /// The same moment in UTC.
    public var dateTime: MySQLDateTime {
        var date = MySQLDate(year: 0, month: 0, day: 0)
        if !isZero { date = Self.date(daysSince1970: seconds / 86_400) }
        let rest = seconds % 86_400
        return MySQLDateTime(
            date: date,
            hours: UInt8(rest / 3600),
            minutes: UInt8(rest / 60 % 60),
            seconds: UInt8(rest % 60),
            microseconds: microseconds,
            digits: digits
        )
    }

    /// Civil date from a count of days (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"); a count of
    /// 32 bits of seconds ends in 2106, so nothing here overflows.
    private static func date(daysSince1970 days: UInt32) -> MySQLDate {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return MySQLDate(
            year: UInt16(year),
            month: UInt8(month),
            day: UInt8(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        )
    }
}
