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

    /// Two digits: what most of a date or a time is made of.
    private mutating func pair() -> UInt32? {
        guard position + 1 < bytes.count else { return nil }
        let (tens, ones) = (bytes[position] &- UInt8(ascii: "0"), bytes[position + 1] &- UInt8(ascii: "0"))
        guard tens < 10, ones < 10 else { return nil }
        position += 2
        return UInt32(tens) * 10 + UInt32(ones)
    }

    /// `2026-01-31`; also without a day or a month.
    mutating func date() -> MySQLDate? {
        guard let century = pair(), let year = pair(), take(UInt8(ascii: "-")), let month = pair(),
            take(UInt8(ascii: "-")), let day = pair(), month <= 12, day <= 31
        else { return nil }
        return MySQLDate(year: UInt16(century * 100 + year), month: UInt8(month), day: UInt8(day))
    }

    /// `2026-01-31 23:59:59.999999`, up to the end of the text.
    mutating func dateTime() -> MySQLDateTime? {
        if let whole = wholeDateTime() { return whole }
        guard let date = date(), take(UInt8(ascii: " ")), let hours = pair(), hours < 24,
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

    /// The same where all of it is a date and a time, with six digits of a second or none, as most are: eight bytes at a time.
    private mutating func wholeDateTime() -> MySQLDateTime? {
        guard position == 0, bytes.count == 19 || bytes.count == 26 else { return nil }
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        // `yyyy-mm-`, `hh:mm:ss`: what separates becomes a zero, and eight digits one number.
        let dashes = word(0) ^ 0x1D00_001D_0000_0000
        let colons = word(11) ^ 0x0000_0A00_000A_0000
        guard dashes & 0xFF00_00FF_0000_0000 == 0x3000_0030_0000_0000,
            colons & 0x0000_FF00_00FF_0000 == 0x0000_3000_0030_0000,
            let month = DecimalDigits.eight(dashes.littleEndian), let time = DecimalDigits.eight(colons.littleEndian),
            bytes[10] == UInt8(ascii: " ")
        else { return nil }
        let (tens, ones) = (bytes[8] &- UInt8(ascii: "0"), bytes[9] &- UInt8(ascii: "0"))
        guard tens < 10, ones < 10 else { return nil }
        var microseconds: UInt64 = 0
        if bytes.count == 26 {
            // Behind the last digit of the second and the point.
            guard bytes[19] == UInt8(ascii: "."),
                let fraction = DecimalDigits.eight((word(18) & ~0xFFFF | 0x3030).littleEndian)
            else { return nil }
            microseconds = fraction
        }
        let date = MySQLDate(
            year: UInt16(month / 10_000),
            month: UInt8(truncatingIfNeeded: month % 10_000 / 10),
            day: tens * 10 + ones
        )
        let (hours, minutes, seconds) = (time / 1_000_000, time / 1000 % 1000, time % 1000)
        guard date.month <= 12, date.day <= 31, hours < 24, minutes < 60, seconds < 60 else { return nil }
        position = bytes.count
        return MySQLDateTime(
            date: date,
            hours: UInt8(hours),
            minutes: UInt8(minutes),
            seconds: UInt8(seconds),
            microseconds: UInt32(microseconds),
            digits: bytes.count == 26 ? 6 : 0
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
        guard take(UInt8(ascii: ":")), let minutes = pair(), minutes < 60, take(UInt8(ascii: ":")),
            let seconds = pair(), seconds < 60
        else { return nil }
        guard take(UInt8(ascii: ".")) else { return (UInt8(minutes), UInt8(seconds), 0, 0) }
        let start = position
        guard var fraction = number(digits: 1...6) else { return nil }
        let digits = position - start
        for _ in digits..<6 { fraction *= 10 }
        return (UInt8(minutes), UInt8(seconds), fraction, UInt8(digits))
    }
}
