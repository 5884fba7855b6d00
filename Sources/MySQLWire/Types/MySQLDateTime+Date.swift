#if canImport(FoundationEssentials)
public import struct FoundationEssentials.Date
public import struct FoundationEssentials.TimeZone
#else
public import struct Foundation.Date
public import struct Foundation.TimeZone
#endif

/// A DATETIME is no moment until somebody says in which time zone its clock stood; so the conversions take one. For a
/// TIMESTAMP it is the session's (``MySQLConfiguration/timeZone``).
extension MySQLDateTime {
    /// The moment at which clocks of that zone showed this. Where they showed it twice (summer time ends) it is the
    /// first time.
    ///
    /// - Throws: ``MySQLError/Code/conversionFailed`` for a zero date, for a day that no calendar has, and for what clocks
    ///   of that zone never showed (summer time begins).
    public func moment(in zone: TimeZone) throws(MySQLError) -> Date {
        guard let day = CivilDay.number(date), hours < 24, minutes < 60, seconds < 60, microseconds < 1_000_000 else {
            throw Self.failure("\(self) is no day of the calendar")
        }
        let clock = Double(day * 86_400 + Int(hours) * 3600 + Int(minutes) * 60 + Int(seconds))
        // Zones change their offset by far less than a day, so those of the days around are all that can hold. The
        // larger offset is the earlier moment.
        let offsets = [-86_400.0, 86_400.0].map {
            Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: clock + $0)))
        }
        for offset in [offsets.max() ?? 0, offsets.min() ?? 0] {
            let moment = clock - offset
            if Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: moment))) == offset {
                return Date(timeIntervalSince1970: moment + Double(microseconds) / 1_000_000)
            }
        }
        throw Self.failure("clocks of the time zone \(zone.identifier) never showed \(self)")
    }

    /// What clocks of that zone show at a moment, to the nearest microsecond.
    ///
    /// - Throws: ``MySQLError/Code/conversionFailed`` outside of the years 0 to 9999.
    public init(_ moment: Date, in zone: TimeZone) throws(MySQLError) {
        let limit = 400_000_000_000.0
        let sinceEpoch = moment.timeIntervalSince1970
        guard sinceEpoch > -limit, sinceEpoch < limit else { throw Self.failure("the moment is in no year up to 9999") }
        // Rounded first, since a Date is binary: .123456 is a little less than that.
        let microseconds = Int((sinceEpoch * 1_000_000).rounded())
        let local = microseconds + zone.secondsFromGMT(for: moment) * 1_000_000
        let day = Int((Double(local) / 86_400_000_000).rounded(.down))
        let rest = local - day * 86_400_000_000
        guard (0..<86_400_000_000).contains(rest), let date = CivilDay.date(day) else {
            throw Self.failure("the moment is in no year up to 9999")
        }
        self.init(
            date: date,
            hours: UInt8(rest / 3_600_000_000),
            minutes: UInt8(rest / 60_000_000 % 60),
            seconds: UInt8(rest / 1_000_000 % 60),
            microseconds: UInt32(rest % 1_000_000),
            digits: 6
        )
    }

    private static func failure(_ message: String) -> MySQLError {
        MySQLError(.conversionFailed, phase: .rows, fate: .maybeExecuted, message: message)
    }
}
