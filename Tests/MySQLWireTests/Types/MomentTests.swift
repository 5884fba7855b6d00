import Foundation
import Testing

@testable import MySQLWire

/// wire-protocol, section 3, row 14: a DATETIME becomes a moment only where a time zone is named, and never a wrong one.
@Suite struct MomentTests {
    static let utc = TimeZone(secondsFromGMT: 0)
    static let berlin = TimeZone(identifier: "Europe/Berlin")

    static func dateTime(
        _ year: UInt16,
        _ month: UInt8,
        _ day: UInt8,
        _ hours: UInt8 = 0,
        _ minutes: UInt8 = 0,
        _ seconds: UInt8 = 0,
        _ microseconds: UInt32 = 0
    ) -> MySQLDateTime {
        MySQLDateTime(
            date: MySQLDate(year: year, month: month, day: day),
            hours: hours,
            minutes: minutes,
            seconds: seconds,
            microseconds: microseconds,
            digits: 6
        )
    }

    static let moments: [(MySQLDateTime, Double)] = [
        (dateTime(1970, 1, 1), 0), (dateTime(2000, 2, 29, 12), 951_825_600), (dateTime(1, 1, 1), -62_135_596_800),
        (dateTime(9999, 12, 31, 23, 59, 59), 253_402_300_799), (dateTime(1969, 12, 31, 23, 59, 59, 500_000), -0.5),
        (dateTime(2038, 1, 19, 3, 14, 7, 123_456), 2_147_483_647.123456),
    ]

    @Test(arguments: moments)
    func `moments of UTC there and back`(value: MySQLDateTime, seconds: Double) throws {
        let utc = try #require(Self.utc)
        #expect(abs(try value.moment(in: utc).timeIntervalSince1970 - seconds) < 0.000_05)
        #expect(try MySQLDateTime(Date(timeIntervalSince1970: seconds), in: utc) == value)
    }

    @Test func `every day of two hundred years there and back`() throws {
        let utc = try #require(Self.utc)
        for day in stride(from: -36_525, to: 36_525, by: 1) {
            let moment = Date(timeIntervalSince1970: Double(day) * 86_400)
            #expect(try MySQLDateTime(moment, in: utc).moment(in: utc) == moment)
        }
    }

    static let noMoments: [MySQLDateTime] = [
        dateTime(0, 0, 0), dateTime(2026, 0, 1), dateTime(2026, 1, 0), dateTime(2026, 2, 29), dateTime(1900, 2, 29),
        dateTime(2026, 4, 31), dateTime(2026, 13, 1), dateTime(2026, 1, 1, 24), dateTime(2026, 1, 1, 0, 60),
    ]

    @Test(arguments: noMoments)
    func `what is no moment is an error and no zero`(value: MySQLDateTime) throws {
        let utc = try #require(Self.utc)
        #expect { try value.moment(in: utc) } throws: { ($0 as? MySQLError)?.code == .conversionFailed }
    }

    @Test func `summer time begins and ends`() throws {
        let berlin = try #require(Self.berlin)
        // 02:30 is left out on 2026-03-29, and comes twice on 2026-10-25.
        #expect(throws: MySQLError.self) { try Self.dateTime(2026, 3, 29, 2, 30).moment(in: berlin) }
        let before = try Self.dateTime(2026, 3, 29, 1, 59, 59).moment(in: berlin)
        let after = try Self.dateTime(2026, 3, 29, 3).moment(in: berlin)
        #expect(after.timeIntervalSince(before) == 1)
        let first = try Self.dateTime(2026, 10, 25, 2, 30).moment(in: berlin)
        #expect(first.timeIntervalSince1970 == 1_792_888_200)
        #expect(try MySQLDateTime(first.addingTimeInterval(3600), in: berlin) == Self.dateTime(2026, 10, 25, 2, 30))
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan, 1e300, 253_402_300_800, -62_167_219_201])
    func `moments outside of the server's years`(seconds: Double) throws {
        let utc = try #require(Self.utc)
        #expect(throws: MySQLError.self) { try MySQLDateTime(Date(timeIntervalSince1970: seconds), in: utc) }
    }
}
