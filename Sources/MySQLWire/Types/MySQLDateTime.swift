/// A DATETIME, or a TIMESTAMP as a session shows it: no time zone is known of it. For a TIMESTAMP it is the one of the
/// session that read it.
///
/// Two are equal where their texts are: with other ``digits`` they differ, as the columns they come from do.
public struct MySQLDateTime: Sendable, Hashable, Comparable, LosslessStringConvertible {
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

    /// From its parts, which are not checked. Without `digits` it has six of them, or none where there are no
    /// microseconds.
    public init(
        date: MySQLDate,
        hours: UInt8 = 0,
        minutes: UInt8 = 0,
        seconds: UInt8 = 0,
        microseconds: UInt32 = 0,
        digits: UInt8? = nil
    ) {
        self.date = date
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
        self.microseconds = microseconds
        self.digits = digits ?? (microseconds == 0 ? 0 : 6)
    }

    /// From a text as the server prints it.
    ///
    /// - Returns: nil for anything else than `2026-01-31 23:59:59`, with up to six digits of a second behind a point.
    public init?(_ description: String) {
        guard let value = TemporalText.read(description, { $0.dateTime() }) else { return nil }
        self = value
    }

    /// `0000-00-00 00:00:00`, which the server keeps apart from NULL.
    public var isZero: Bool { date.isZero && hours == 0 && minutes == 0 && seconds == 0 && microseconds == 0 }

    /// Whether the left one is earlier; of the same time, whether it has fewer ``digits``.
    public static func < (left: MySQLDateTime, right: MySQLDateTime) -> Bool {
        if left.date != right.date { return left.date < right.date }
        return (left.hours, left.minutes, left.seconds, left.microseconds, left.digits)
            < (right.hours, right.minutes, right.seconds, right.microseconds, right.digits)
    }

    public var description: String {
        "\(date) \(PaddedNumber(hours, 2)):\(PaddedNumber(minutes, 2)):\(PaddedNumber(seconds, 2))"
            + PaddedNumber.fraction(microseconds, digits)
    }
}
