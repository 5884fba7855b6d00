/// A TIME: a signed duration of up to 838:59:59.999999 (manual: The TIME Type).
public struct MySQLTime: Sendable, Hashable, CustomStringConvertible {
    /// Whether it is below zero.
    public var isNegative: Bool
    /// 0 to 838.
    public var hours: UInt16
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
        isNegative: Bool = false,
        hours: UInt16,
        minutes: UInt8,
        seconds: UInt8,
        microseconds: UInt32 = 0,
        digits: UInt8 = 0
    ) {
        self.isNegative = isNegative
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
        self.microseconds = microseconds
        self.digits = digits
    }

    /// The same as a duration.
    public var duration: Duration {
        let whole = Int64(hours) * 3600 + Int64(minutes) * 60 + Int64(seconds)
        let duration = Duration.seconds(whole) + .microseconds(Int64(microseconds))
        return isNegative ? .zero - duration : duration
    }

    public var description: String {
        "\(isNegative ? "-" : "")\(PaddedNumber(hours, 2)):\(PaddedNumber(minutes, 2)):\(PaddedNumber(seconds, 2))"
            + PaddedNumber.fraction(microseconds, digits)
    }
}
