extension MySQLCell {
    /// An integer of the column's own type, from a cell that is not NULL; nil for what is not one, or does not fit.
    @inlinable
    func integer<Integer: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> Integer? {
        format == .text ? Self.parse(bytes) : littleEndian(bytes)
    }

    /// In as many bytes as its type has.
    @inlinable
    func littleEndian<Integer: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> Integer? {
        let bits: UInt64
        switch bytes.count {
        case 8: bits = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        case 4: bits = UInt64(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        case 2: bits = UInt64(UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)))
        case 1: bits = UInt64(bytes[0])
        default: return nil
        }
        if column.isUnsigned { return Integer(exactly: bits) }
        // The sign is the highest of the bits that are there.
        let above = UInt64(64 &- 8 &* bytes.count)
        return Integer(exactly: Int64(bitPattern: bits &<< above) &>> Int64(bitPattern: above))
    }

    /// A decimal integer: a sign, and digits. Nil for what is not one, or does not fit.
    @inlinable
    static func parse<Integer: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> Integer? {
        guard let first = bytes.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let start = isNegative || first == UInt8(ascii: "+") ? 1 : 0
        guard let value = DecimalDigits.number(bytes, from: start) else {
            return parseLong(bytes, from: start, isNegative: isNegative)
        }
        if !isNegative { return Integer(exactly: value) }
        // The magnitude of Int64.min is one more than that of Int64.max.
        return value <= 1 << 63 ? Integer(exactly: Int64(truncatingIfNeeded: 0 &- value)) : nil
    }

    /// The same for so many digits that an integer of 64 bits may overflow.
    // The effect, here and below: a loop over rows would retain the storage around a call that might release it.
    @usableFromInline
    @_effects(releasenone)
    static func parseLong<Integer: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        isNegative: Bool
    ) -> Integer? {
        guard start < bytes.count else { return nil }
        var value: Integer = 0
        for byte in bytes[start...] {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) =
                isNegative
                ? tens.subtractingReportingOverflow(Integer(truncatingIfNeeded: digit))
                : tens.addingReportingOverflow(Integer(truncatingIfNeeded: digit))
            guard !overflow, !second else { return nil }
            value = sum
        }
        return value
    }

    /// The integer that the cell's text is; nil for what is not one, or does not fit.
    @usableFromInline
    @_effects(releasenone)
    func integerOfText<Integer: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) -> Integer? {
        Integer(shownText(bytes))
    }

    /// An integer from a column of another type, where it has exactly that value.
    @usableFromInline
    @_effects(releasenone)
    func otherInteger<Integer: FixedWidthInteger>() throws(MySQLError) -> Integer {
        guard let bytes else { throw mismatch("\(Integer.self)") }
        let value: Integer? =
            switch column.type {
            case .bit: Integer(exactly: try bit(bytes))
            case .decimal, .newDecimal: try decimal(bytes).integer(as: Integer.self)
            default: nil
            }
        guard let value else { throw mismatch("\(Integer.self)") }
        return value
    }

    /// The same for ``value()``, to which any type is its own.
    func wholeInteger<Integer: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        as type: Integer.Type
    ) throws(MySQLError) -> Integer {
        guard let value: Integer = integer(bytes) else { throw mismatch("\(Integer.self)") }
        return value
    }

    func float(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> Float {
        if format == .binary {
            guard bytes.count == 4 else { throw mismatch("Float") }
            return Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        }
        guard let value = Float(try text(bytes)) else { throw mismatch("Float") }
        return value
    }

    func double(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> Double {
        if format == .binary {
            guard bytes.count == 8 else { throw mismatch("Double") }
            return Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
        }
        if let value = DecimalText.double(bytes) { return value }
        guard let value = Double(try text(bytes)) else { throw mismatch("Double") }
        return value
    }

    /// Always text, in a binary row as well.
    func decimal(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> MySQLDecimal {
        guard let value = MySQLDecimal(try text(bytes)) else { throw mismatch("MySQLDecimal") }
        return value
    }

    /// Always the bytes of the number, the highest first.
    func bit(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> UInt64 {
        guard bytes.count <= 8 else { throw mismatch("BIT of at most 64 bits") }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
