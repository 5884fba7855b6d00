/// A DATE as stored: also the zero date, and dates without a day or a month.
public struct BinlogDate: Sendable, Hashable, CustomStringConvertible {
    public var year: UInt16
    public var month: UInt8
    public var day: UInt8

    public init(year: UInt16, month: UInt8, day: UInt8) {
        self.year = year
        self.month = month
        self.day = day
    }

    public var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

/// A TIME: a signed duration of up to 838:59:59.
public struct BinlogTime: Sendable, Hashable, CustomStringConvertible {
    public var isNegative: Bool
    public var hours: UInt16
    public var minutes: UInt8
    public var seconds: UInt8
    public var microseconds: UInt32
    /// The digits of a second that the column keeps, 0 to 6.
    public var digits: UInt8

    public var description: String {
        "\(isNegative ? "-" : "")\(padded(hours, 2)):\(padded(minutes, 2)):\(padded(seconds, 2))"
            + fraction(microseconds, digits)
    }
}

/// A DATETIME: no time zone is known of it.
public struct BinlogDateTime: Sendable, Hashable, CustomStringConvertible {
    public var date: BinlogDate
    public var hours: UInt8
    public var minutes: UInt8
    public var seconds: UInt8
    public var microseconds: UInt32
    /// The digits of a second that the column keeps, 0 to 6.
    public var digits: UInt8

    public var description: String {
        "\(date) \(padded(hours, 2)):\(padded(minutes, 2)):\(padded(seconds, 2))" + fraction(microseconds, digits)
    }
}

/// A TIMESTAMP: a moment, in seconds since 1970; 0 is the zero value `0000-00-00 00:00:00`, not 1970.
public struct BinlogTimestamp: Sendable, Hashable, CustomStringConvertible {
    public var seconds: UInt32
    public var microseconds: UInt32
    /// The digits of a second that the column keeps, 0 to 6.
    public var digits: UInt8

    public var isZero: Bool { seconds == 0 && microseconds == 0 }

    /// What a session with `time_zone='+00:00'` selects.
    public var description: String { dateTime.description }

    /// The same moment in UTC.
    public var dateTime: BinlogDateTime {
        var date = BinlogDate(year: 0, month: 0, day: 0)
        if !isZero { date = Self.date(daysSince1970: seconds / 86_400) }
        let rest = seconds % 86_400
        return BinlogDateTime(
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
    private static func date(daysSince1970 days: UInt32) -> BinlogDate {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return BinlogDate(
            year: UInt16(year),
            month: UInt8(month),
            day: UInt8(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        )
    }
}

private func padded(_ value: some BinaryInteger, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

private func fraction(_ microseconds: UInt32, _ digits: UInt8) -> String {
    digits == 0 ? "" : "." + padded(microseconds, 6).prefix(Int(digits))
}
