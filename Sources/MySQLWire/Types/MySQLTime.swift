/// A TIME: a signed duration of up to 838:59:59.999999 (manual: The TIME Type).
///
/// Two are equal where their texts are: with other ``digits`` they differ, as the columns they come from do.
public struct MySQLTime: Sendable, Hashable, LosslessStringConvertible {
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

    /// From its parts, which are not checked. Without `digits` it has six of them, or none where there are no
    /// microseconds.
    public init(
        isNegative: Bool = false,
        hours: UInt16,
        minutes: UInt8,
        seconds: UInt8,
        microseconds: UInt32 = 0,
        digits: UInt8? = nil
    ) {
        self.isNegative = isNegative
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
        self.microseconds = microseconds
        self.digits = digits ?? (microseconds == 0 ? 0 : 6)
    }

    /// To the nearest microsecond.
    ///
    /// - Returns: nil beyond 838:59:59.999999 in either direction, which no TIME can hold.
    public init?(_ duration: Duration) {
        let limit: Int64 = 839 * 3600
        guard duration > .seconds(-limit), duration < .seconds(limit) else { return nil }
        let (whole, rest) = (duration < .zero ? .zero - duration : duration).components
        let microseconds = whole * 1_000_000 + (rest + 500_000_000_000) / 1_000_000_000_000
        guard microseconds < limit * 1_000_000 else { return nil }
        self.init(
            isNegative: duration < .zero && microseconds > 0,
            hours: UInt16(microseconds / 3_600_000_000),
            minutes: UInt8(microseconds / 60_000_000 % 60),
            seconds: UInt8(microseconds / 1_000_000 % 60),
            microseconds: UInt32(microseconds % 1_000_000)
        )
    }

    /// From a text as the server prints it.
    ///
    /// - Returns: nil for anything else than `-838:59:59`, with up to six digits of a second behind a point.
    public init?(_ description: String) {
        guard let value = TemporalText.read(description, { $0.time() }) else { return nil }
        self = value
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
