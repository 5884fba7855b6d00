import MySQLWire
import Testing

@Suite struct TemporalTests {
    @Test(arguments: ["0000-00-00", "2024-00-00", "9999-12-31"])
    func `a date is read from its text`(text: String) {
        #expect(MySQLDate(text)?.description == text)
    }

    @Test(arguments: ["0000-00-00 00:00:00", "2026-01-31 23:59:59.5", "2026-01-31 23:59:59.000000"])
    func `a date with a time is read from its text`(text: String) {
        #expect(MySQLDateTime(text)?.description == text)
    }

    /// Any one byte of it another: then it is what it says, or nothing.
    @Test(arguments: ["2026-01-31 23:59:58", "1999-12-09 00:07:40.000123", "2026-01-31 23:59:58.1234"])
    func `a date with a time is read from no text but its own`(text: String) {
        let bytes = Array(text.utf8)
        for position in bytes.indices {
            for byte in UInt8(0)..<128 {
                var changed = bytes
                changed[position] = byte
                let text = String(decoding: changed, as: UTF8.self)
                func number(_ range: Range<Int>) -> Int? { Int(text.dropFirst(range.lowerBound).prefix(range.count)) }
                let hasDigits = changed.enumerated().allSatisfy { index, byte in
                    let separator = [4: "-", 7: "-", 10: " ", 13: ":", 16: ":", 19: "."][index]
                    return separator.map { Character(Unicode.Scalar(byte)) == Character($0) }
                        ?? (48...57).contains(byte)
                }
                let limits: [(Range<Int>, Int)] = [
                    (5..<7, 12), (8..<10, 31), (11..<13, 23), (14..<16, 59), (17..<19, 59),
                ]
                let isValid = hasDigits && limits.allSatisfy { (number($0.0) ?? 100) <= $0.1 }
                #expect(MySQLDateTime(text)?.description == (isValid ? text : nil), "\(changed)")
            }
        }
    }

    @Test(arguments: ["00:00:00", "-838:59:59.999999", "100:01:02.003"])
    func `a time is read from its text`(text: String) {
        #expect(MySQLTime(text)?.description == text)
    }

    @Test(
        arguments: [
            "", "2026-1-31", "2026-01-31 ", "2026-13-01", "2026-01-31T00:00:00", "2026-01-31 24:00:00", "1:00:00",
            "00:60:00", "00:00:00.", "00:00:00.1234567", "２026-01-31",
        ]
    )
    func `another text is none of them`(text: String) {
        #expect(MySQLDate(text) == nil && MySQLDateTime(text) == nil && MySQLTime(text) == nil)
    }

    @Test func `dates and times are in the calendar's order`() throws {
        let texts = ["0000-00-00 00:00:00", "2025-12-31 23:59:59", "2026-01-01 00:00:00", "2026-01-01 00:00:00.5"]
        let times = try texts.map { try #require(MySQLDateTime($0)) }
        #expect(times.reversed().sorted() == times)
        #expect(Array(times.map(\.date).reversed().sorted()) == times.map(\.date))
        #expect(try #require(MySQLDate("2026-02-01")) > #require(MySQLDate("2026-01-31")))
    }

    @Test func `microseconds are shown where nobody says how many digits`() {
        let date = MySQLDate(year: 2026, month: 1, day: 31)
        #expect(MySQLDateTime(date: date, microseconds: 5).description == "2026-01-31 00:00:00.000005")
        #expect(MySQLDateTime(date: date).description == "2026-01-31 00:00:00")
        #expect(MySQLTime(hours: 1, minutes: 0, seconds: 0, microseconds: 5).description == "01:00:00.000005")
        #expect(MySQLTime(hours: 1, minutes: 0, seconds: 0, digits: 1).description == "01:00:00.0")
    }

    @Test(
        arguments: [
            (Duration.zero, "00:00:00"), (.seconds(-3_600), "-01:00:00"), (.nanoseconds(-400), "00:00:00"),
            (.nanoseconds(1_500), "00:00:00.000002"), (.seconds(838 * 3600 + 3599), "838:59:59"),
        ]
    )
    func `a duration becomes a time, to the nearest microsecond`(duration: Duration, text: String) {
        #expect(MySQLTime(duration)?.description == text)
    }

    @Test(arguments: [Duration.seconds(839 * 3600), .seconds(Int64.min), .seconds(839 * 3600) - .nanoseconds(100)])
    func `a duration that no TIME can hold becomes none`(duration: Duration) {
        #expect(MySQLTime(duration) == nil)
    }
}
