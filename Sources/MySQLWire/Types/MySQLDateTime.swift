/// A DATETIME, or a TIMESTAMP as a session shows it: no time zone is known of it. For a TIMESTAMP it is the one of the
/// session that read it.
public struct MySQLDateTime: Sendable, Hashable, CustomStringConvertible {
    /// The day; may be zero.
    public var date: MySQLDate
    /// 0 to 23.
    public var hours: UInt8
    /// 0 to 59.
    public var minutes: UInt8
    /// 0 to 59.
    public var seconds: UInt8
    /// 0 to 999,999.
    public var microseconds: UInt32
    /// The digits of a second that the column keeps, 0 to 6.
    public var digits: UInt8

    /// From its parts, which are not checked.
    public init(
        date: MySQLDate,
        hours: UInt8 = 0,
        minutes: UInt8 = 0,
        seconds: UInt8 = 0,
        microseconds: UInt32 = 0,
        digits: UInt8 = 0
    ) {
        self.date = date
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
        self.microseconds = microseconds
        self.digits = digits
    }

    /// `0000-00-00 00:00:00`, which the server keeps apart from NULL.
    public var isZero: Bool { date.isZero && hours == 0 && minutes == 0 && seconds == 0 && microseconds == 0 }

    public var description: String {
        "\(date) \(PaddedNumber(hours, 2)):\(PaddedNumber(minutes, 2)):\(PaddedNumber(seconds, 2))"
            + PaddedNumber.fraction(microseconds, digits)
    }
}
