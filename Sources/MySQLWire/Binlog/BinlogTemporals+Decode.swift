internal import NIOCore

/// Temporal values lie packed and big-endian, biased so that they sort as bytes (MySQL source: my_time.cc).
extension MySQLTime {
    init(_ reader: inout WireReader, digits: Int) throws(WireError) {
        let bias: Int64
        var packed: Int64
        if digits >= 5 {
            // Seconds and microseconds in one number of six bytes.
            bias = 0x8000_0000_0000
            packed = Int64(try reader.bigEndian(6, "time")) - bias
        } else {
            bias = 0x80_0000
            var seconds = Int64(try reader.bigEndian(3, "time")) - bias
            let count = (digits + 1) / 2
            var part = Int64(try reader.bigEndian(count, "time_fraction"))
            // A negative time borrows: its fraction counts up from the next lower second.
            if seconds < 0, part != 0 {
                seconds += 1
                part -= 1 << Int64(8 * count)
            }
            packed = seconds << 24 + part * (count == 1 ? 10_000 : 100)
        }
        self.init(packed: packed, digits: UInt8(digits))
        guard minutes < 60, seconds < 60, microseconds < 1_000_000 else { throw reader.error("time", "no such time") }
    }

    /// Hours (10 bits), minutes (6), seconds (6), microseconds (24); the sign is the whole number's.
    init(packed: Int64, digits: UInt8) {
        let magnitude = packed.magnitude
        isNegative = packed < 0
        hours = UInt16(magnitude >> 36 & 0x3FF)
        minutes = UInt8(magnitude >> 30 & 0x3F)
        seconds = UInt8(magnitude >> 24 & 0x3F)
        microseconds = UInt32(magnitude & 0xFF_FFFF)
        self.digits = digits
    }
}

extension MySQLDateTime {
    init(_ reader: inout WireReader, digits: Int) throws(WireError) {
        let whole = try reader.bigEndian(5, "datetime")
        guard whole >= 0x80_0000_0000 else { throw reader.error("datetime", "negative") }
        let part = try fractionOfSecond(&reader, digits: digits)
        self.init(packed: (whole - 0x80_0000_0000) << 24 | UInt64(part), digits: UInt8(digits))
        guard hours < 24, minutes < 60, seconds < 60, microseconds < 1_000_000 else {
            throw reader.error("datetime", "no such time")
        }
    }

    /// Year times 13 plus month (17 bits), day (5), hours (5), minutes (6), seconds (6), microseconds (24).
    init(packed: UInt64, digits: UInt8) {
        let yearAndMonth = packed >> 46 & 0x1FFFF
        date = MySQLDate(
            year: UInt16(yearAndMonth / 13),
            month: UInt8(yearAndMonth % 13),
            day: UInt8(packed >> 41 & 0x1F)
        )
        hours = UInt8(packed >> 36 & 0x1F)
        minutes = UInt8(packed >> 30 & 0x3F)
        seconds = UInt8(packed >> 24 & 0x3F)
        microseconds = UInt32(packed & 0xFF_FFFF)
        self.digits = digits
    }
}

extension BinlogTimestamp {
    init(_ reader: inout WireReader, digits: Int) throws(WireError) {
        seconds = UInt32(truncatingIfNeeded: try reader.bigEndian(4, "timestamp"))
        microseconds = try fractionOfSecond(&reader, digits: digits)
        self.digits = UInt8(digits)
        guard microseconds < 1_000_000 else { throw reader.error("timestamp", "no such time") }
    }
}

extension MySQLDate {
    init(_ reader: inout WireReader) throws(WireError) {
        let packed = try reader.uint24("date")
        self.init(year: UInt16(packed >> 9), month: UInt8(packed >> 5 & 0xF), day: UInt8(packed & 0x1F))
        guard month <= 12 else { throw reader.error("date", "month \(month)") }
    }
}

/// Microseconds from one byte for one or two digits, two for three or four, three for five or six.
private func fractionOfSecond(_ reader: inout WireReader, digits: Int) throws(WireError) -> UInt32 {
    let count = (digits + 1) / 2
    let value = UInt32(truncatingIfNeeded: try reader.bigEndian(count, "fraction"))
    return switch count {
    case 0: 0
    case 1: value * 10_000
    case 2: value * 100
    default: value
    }
}
