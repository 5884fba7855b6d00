/// Dates and times: text as `2026-01-31 12:00:00.5`, or binary (manual: ProtocolBinary::MYSQL_TYPE_DATETIME and so on).
extension MySQLCell {
    func date(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> MySQLDate {
        if format == .binary {
            // Of a DATE the server sends 4 bytes; the other lengths are a DATETIME's.
            guard let dateTime = binaryDateTime(bytes), dateTime.isAtMidnight else { throw mismatch("MySQLDate") }
            return dateTime.date
        }
        var text = TemporalText(bytes)
        guard let date = text.date(), text.isAtEnd else { throw mismatch("MySQLDate") }
        return date
    }

    @inline(__always)
    func dateTime(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> MySQLDateTime {
        if format == .binary {
            guard let dateTime = binaryDateTime(bytes) else { throw mismatch("MySQLDateTime") }
            return dateTime
        }
        var text = TemporalText(bytes)
        guard let dateTime = text.dateTime() else { throw mismatch("MySQLDateTime") }
        return dateTime
    }

    func time(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> MySQLTime {
        if format == .binary {
            guard let time = binaryTime(bytes) else { throw mismatch("MySQLTime") }
            return time
        }
        var text = TemporalText(bytes)
        guard let time = text.time() else { throw mismatch("MySQLTime") }
        return time
    }

    /// `year u16, month u8, day u8 [, hour u8, minute u8, second u8 [, microseconds u32]]`; nothing at all is zero.
    @inline(__always)
    private func binaryDateTime(_ bytes: UnsafeRawBufferPointer) -> MySQLDateTime? {
        guard bytes.count == 0 || bytes.count == 4 || bytes.count == 7 || bytes.count == 11 else { return nil }
        var value = MySQLDateTime(date: MySQLDate(year: 0, month: 0, day: 0))
        if bytes.count >= 4 {
            value.date = MySQLDate(
                year: UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)),
                month: bytes[2],
                day: bytes[3]
            )
        }
        if bytes.count >= 7 { (value.hours, value.minutes, value.seconds) = (bytes[4], bytes[5], bytes[6]) }
        if bytes.count == 11 {
            value.microseconds = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 7, as: UInt32.self))
        }
        guard value.date.year <= 9999, value.date.month <= 12, value.date.day <= 31, value.hours < 24,
            value.minutes < 60, value.seconds < 60, value.microseconds < 1_000_000
        else { return nil }
        value.digits = digits(value.microseconds)
        return value
    }

    /// `is_negative u8, days u32, hours u8, minutes u8, seconds u8 [, microseconds u32]`; nothing at all is zero.
    private func binaryTime(_ bytes: UnsafeRawBufferPointer) -> MySQLTime? {
        guard bytes.count == 0 || bytes.count == 8 || bytes.count == 12 else { return nil }
        var value = MySQLTime(hours: 0, minutes: 0, seconds: 0)
        if bytes.count >= 8 {
            let days = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
            guard bytes[0] <= 1, days <= 34, bytes[5] < 24 else { return nil }
            value.isNegative = bytes[0] == 1
            value.hours = UInt16(days) * 24 + UInt16(bytes[5])
            (value.minutes, value.seconds) = (bytes[6], bytes[7])
        }
        if bytes.count == 12 {
            value.microseconds = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        }
        guard value.hours <= 838, value.minutes < 60, value.seconds < 60, value.microseconds < 1_000_000 else {
            return nil
        }
        value.digits = digits(value.microseconds)
        return value
    }

    private func digits(_ microseconds: UInt32) -> UInt8 {
        column.fractionDigits ?? (microseconds == 0 ? 0 : 6)
    }
}

extension MySQLDateTime {
    fileprivate var isAtMidnight: Bool { hours == 0 && minutes == 0 && seconds == 0 && microseconds == 0 }
}
