/// Reads a date or a time as the server prints it, from front to back.
struct TemporalText {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// What `body` reads out of a text.
    static func read<Value>(_ text: String, _ body: (inout TemporalText) -> Value?) -> Value? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = TemporalText(UnsafeRawBufferPointer(bytes))
            return body(&reader)
        }
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// A number of so many digits, as many as are there.
    mutating func number(digits: ClosedRange<Int>) -> UInt32? {
        var value: UInt32 = 0
        var count = 0
        while count < digits.upperBound, position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value * 10 + UInt32(digit)
            position += 1
            count += 1
        }
        return count >= digits.lowerBound ? value : nil
    }

    /// Two digits at a place that is known to be within the text; over 99 where they are none.
    @inline(__always)
    private func pair(at offset: Int) -> UInt32 {
        let (tens, ones) = (bytes[offset] &- UInt8(ascii: "0"), bytes[offset + 1] &- UInt8(ascii: "0"))
        return tens < 10 && ones < 10 ? UInt32(tens) * 10 + UInt32(ones) : 100
    }

    /// `2026-01-31 12:00:00`, without a fraction: what most columns have, at places that are always the same.
    static func whole(_ bytes: UnsafeRawBufferPointer) -> MySQLDateTime? {
        guard bytes.count == 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        let text = TemporalText(bytes)
        let (century, year) = (text.pair(at: 0), text.pair(at: 2))
        let (month, day) = (text.pair(at: 5), text.pair(at: 8))
        let (hours, minutes, seconds) = (text.pair(at: 11), text.pair(at: 14), text.pair(at: 17))
        guard century < 100, year < 100, month <= 12, day <= 31, hours < 24, minutes < 60, seconds < 60 else {
            return nil
        }
        return MySQLDateTime(
            date: MySQLDate(year: UInt16(century * 100 + year), month: UInt8(month), day: UInt8(day)),
            hours: UInt8(hours),
            minutes: UInt8(minutes),
            seconds: UInt8(seconds)
        )
    }

    /// `2026-01-31`; also without a day or a month.
    mutating func date() -> MySQLDate? {
        guard let year = number(digits: 4...4), take(UInt8(ascii: "-")), let month = number(digits: 2...2),
            take(UInt8(ascii: "-")), let day = number(digits: 2...2), month <= 12, day <= 31
        else { return nil }
        return MySQLDate(year: UInt16(year), month: UInt8(month), day: UInt8(day))
    }

    /// `2026-01-31 23:59:59.999999`, up to the end of the text.
    mutating func dateTime() -> MySQLDateTime? {
        guard let date = date(), take(UInt8(ascii: " ")), let hours = number(digits: 2...2), hours < 24,
            let rest = minutesAndSeconds(), isAtEnd
        else { return nil }
        return MySQLDateTime(
            date: date,
            hours: UInt8(hours),
            minutes: rest.minutes,
            seconds: rest.seconds,
            microseconds: rest.microseconds,
            digits: rest.digits
        )
    }

    /// `-838:59:59.999999`, up to the end of the text.
    mutating func time() -> MySQLTime? {
        let isNegative = take(UInt8(ascii: "-"))
        guard let hours = number(digits: 2...3), let rest = minutesAndSeconds(), isAtEnd else { return nil }
        return MySQLTime(
            isNegative: isNegative,
            hours: UInt16(hours),
            minutes: rest.minutes,
            seconds: rest.seconds,
            microseconds: rest.microseconds,
            digits: rest.digits
        )
    }

    /// `:59:59.999999`, with as many digits of a second as the column has.
    mutating func minutesAndSeconds() -> (minutes: UInt8, seconds: UInt8, microseconds: UInt32, digits: UInt8)? {
        guard take(UInt8(ascii: ":")), let minutes = number(digits: 2...2), minutes < 60, take(UInt8(ascii: ":")),
            let seconds = number(digits: 2...2), seconds < 60
        else { return nil }
        guard take(UInt8(ascii: ".")) else { return (UInt8(minutes), UInt8(seconds), 0, 0) }
        let start = position
        guard var fraction = number(digits: 1...6) else { return nil }
        let digits = position - start
        for _ in digits..<6 { fraction *= 10 }
        return (UInt8(minutes), UInt8(seconds), fraction, UInt8(digits))
    }
}
