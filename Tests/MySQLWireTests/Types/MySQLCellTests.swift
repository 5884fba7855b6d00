import Testing

@testable import MySQLWire

@Suite struct MySQLCellTests {
    static func value(
        _ bytes: [UInt8]?,
        _ type: ColumnType,
        _ format: RowFormat = .binary,
        flags: UInt16 = 0,
        collation: UInt16 = 63,
        decimals: UInt8 = 0
    ) throws(MySQLError) -> MySQLValue {
        try decode(bytes, type, format, flags: flags, collation: collation, decimals: decimals)
    }

    static func decode<Value: MySQLDecodable>(
        _ bytes: [UInt8]?,
        _ type: ColumnType,
        _ format: RowFormat = .binary,
        flags: UInt16 = 0,
        collation: UInt16 = 63,
        decimals: UInt8 = 0,
        as: Value.Type = Value.self
    ) throws(MySQLError) -> Value {
        let traits = ColumnTraits(type: type, flags: flags, collation: collation, decimals: decimals)
        guard let bytes else { return try Value(MySQLCell(bytes: nil, format: format, column: traits)) }
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(MySQLError) in try Value(MySQLCell(bytes: bytes, format: format, column: traits)) }
        }
        return try result.get()
    }

    @Test func `integers of each width, signed and not`() throws {
        #expect(try Self.value([0x80], .tiny) == .integer(-128))
        #expect(try Self.value([0x80], .tiny, flags: 32) == .unsigned(128))
        #expect(try Self.value([0xFE, 0xFF], .short) == .integer(-2))
        #expect(try Self.value([0x00, 0x00, 0x80, 0xFF], .int24) == .integer(-8_388_608))
        #expect(try Self.value([0xFF, 0xFF, 0xFF, 0xFF], .long, flags: 32) == .unsigned(4_294_967_295))
        #expect(try Self.value([0, 0, 0, 0, 0, 0, 0, 0x80], .longLong) == .integer(.min))
        #expect(try Self.value([UInt8](repeating: 0xFF, count: 8), .longLong, flags: 32) == .unsigned(.max))
        #expect(try Self.value([0x6B, 0x08], .year, flags: 32) == .year(2155))
        #expect(try Self.value(Array("-9223372036854775808".utf8), .longLong, .text) == .integer(.min))
        #expect(try Self.value(Array("00042".utf8), .long, .text, flags: 32) == .unsigned(42))
        #expect(try Self.value(nil, .long) == .null)
    }

    @Test(
        arguments: [
            "", "-", "+", "1 ", " 1", "1.0", "9223372036854775808", "-9223372036854775809", "0x1", "１", "--1",
        ]
    )
    func `what is no integer is an error`(text: String) {
        #expect(throws: MySQLError.self) { try Self.value(Array(text.utf8), .longLong, .text) }
    }

    @Test(
        arguments: [
            (ColumnType.long, [1, 2, 3]), (.longLong, []), (.float, [0, 0]), (.double, [0]), (.date, [0xE8]),
            (.date, [0xE8, 0x07, 13, 1]), (.date, [0xE8, 0x07, 1, 32]), (.dateTime, [0xE8, 0x07, 1, 1, 24, 0, 0]),
            (.dateTime, [0xE8, 0x07, 1, 1, 0, 0, 0, 0x40, 0x42, 0x0F, 0]), (.dateTime, [0xFF, 0xFF, 1, 1]),
            (.date, [0xE8, 0x07, 1, 1, 1, 0, 0]), (.time, [2, 0, 0, 0, 0, 0, 0, 0]),
            (.time, [0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0]), (.time, [0, 34, 0, 0, 0, 23, 0, 0]),
            (.time, [0, 0, 0, 0, 0, 0, 60, 0]), (.time, [0, 0, 0, 0, 0, 0, 0]), (.newDecimal, [0x31, 0x2E]),
            (.bit, [1, 2, 3, 4, 5, 6, 7, 8, 9]), (.json, [0xFF]),
        ] as [(ColumnType, [UInt8])]
    )
    func `bytes that are none of the type are an error`(type: ColumnType, bytes: [UInt8]) {
        #expect(throws: MySQLError.self) { try Self.value(bytes, type) }
    }

    @Test func `dates and times in both protocols, zero, negative and without a day`() throws {
        #expect(try Self.value([], .dateTime) == .dateTime(MySQLDateTime(date: MySQLDate(year: 0, month: 0, day: 0))))
        #expect(try Self.value([0xE8, 0x07, 2, 0], .date) == .date(MySQLDate(year: 2024, month: 2, day: 0)))
        #expect(try Self.value(Array("2024-02-00".utf8), .date, .text).text == "2024-02-00")
        let precise: [UInt8] = [0x0F, 0x27, 12, 31, 23, 59, 59, 0x3F, 0x42, 0x0F, 0]
        #expect(try Self.value(precise, .timestamp, decimals: 6).text == "9999-12-31 23:59:59.999999")
        let negative: [UInt8] = [1, 34, 0, 0, 0, 22, 59, 59, 0x20, 0xA1, 7, 0]
        #expect(try Self.value(negative, .time, decimals: 1).text == "-838:59:59.5")
        #expect(
            try Self.value(negative, .time, decimals: 1)
                == Self.value(Array("-838:59:59.5".utf8), .time, .text, decimals: 1)
        )
        #expect(try Self.decode(negative, .time, as: MySQLTime.self).duration == .milliseconds(-3_020_399_500))
        for text in [
            "2024-1-01", "2024-01-01 ", "2024-01-01T00:00:00", "24:00", "1:00:00", "00:00:60", "00:00:00.", "",
        ] {
            #expect(throws: MySQLError.self) { try Self.value(Array(text.utf8), .dateTime, .text) }
            #expect(throws: MySQLError.self) { try Self.value(Array(text.utf8), .time, .text) }
            #expect(throws: MySQLError.self) { try Self.value(Array(text.utf8), .date, .text) }
        }
    }

    @Test func `text, bytes, bits and what is like them`() throws {
        #expect(try Self.value(Array("é".utf8), .varString, collation: 255) == .text("é"))
        #expect(try Self.value([0xE9], .varString, collation: 255) == .bytes([0xE9]), "not UTF-8: kept as it is")
        #expect(try Self.value(Array("é".utf8), .blob) == .bytes(Array("é".utf8)))
        #expect(try Self.value(Array("é".utf8), .blob, collation: 45) == .text("é"))
        #expect(try Self.value([1, 0], .bit, .text) == .bit(256))
        #expect(try Self.value(Array("{}".utf8), .json) == .json("{}"))
        #expect(try Self.value(Array("-12.50".utf8), .newDecimal) == .decimal(try #require(MySQLDecimal("-12.50"))))
        #expect(try Self.value([0, 0, 0xC0, 0x3F], .float) == .float(1.5))
        #expect(try Self.value([1], ColumnType(rawValue: 0xEE), .text) == .bytes([1]), "a type of a later server")
    }

    @Test func `conversions are exact or they throw`() throws {
        #expect(try Self.decode([5], .tiny, as: UInt8.self) == 5)
        #expect(throws: MySQLError.self) { try Self.decode([0xFF], .tiny, as: UInt8.self) }
        #expect(throws: MySQLError.self) { try Self.decode([0, 1], .short, as: UInt8.self) }
        #expect(try Self.decode(Array("42.000".utf8), .newDecimal, as: Int.self) == 42)
        #expect(throws: MySQLError.self) { try Self.decode(Array("42.5".utf8), .newDecimal, as: Int.self) }
        #expect(throws: MySQLError.self) { try Self.decode(Array("42".utf8), .varString, collation: 45, as: Int.self) }
        #expect(throws: MySQLError.self) { try Self.decode(nil, .long, as: Int.self) }
        #expect(try Self.decode(nil, .long, as: Int?.self) == nil)
        #expect(try Self.decode([1], .tiny, as: Bool.self))
        #expect(throws: MySQLError.self) { try Self.decode([2], .tiny, as: Bool.self) }
        #expect(try Self.decode([7], .tiny, as: String.self) == "7")
        #expect(try Self.decode([7], .tiny, as: Double.self) == 7)
        #expect(throws: MySQLError.self) {
            try Self.decode([UInt8](repeating: 0xFF, count: 8), .longLong, flags: 32, as: Double.self)
        }
        #expect(try Self.decode([7], .tiny, as: MySQLDecimal.self).description == "7")
        #expect(throws: MySQLError.self) { try Self.decode(Array("x".utf8), .varString, as: MySQLDate.self) }
        #expect(throws: MySQLError.self) { try Self.decode([7], .tiny, as: [UInt8].self) }
    }

    /// MySQL has no such numbers; servers that speak its protocol do.
    @Test func `what is no number is a Double, and becomes no integer`() throws {
        for (number, text) in [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")] {
            let bits = withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
            for (bytes, format) in [(bits, RowFormat.binary), (Array(text.utf8), .text)] {
                let found = try Self.decode(bytes, .double, format, as: Double.self)
                #expect(number.isNaN ? found.isNaN : found == number)
                #expect(throws: MySQLError.self) { try Self.decode(bytes, .double, format, as: Int.self) }
                #expect(throws: MySQLError.self) { try Self.decode(bytes, .double, format, as: UInt8.self) }
                #expect(throws: MySQLError.self) { try Self.decode(bytes, .double, format, as: MySQLDecimal.self) }
            }
        }
    }

    @Test func `a decimal is its text`() throws {
        let long = String(repeating: "9", count: 65)
        for text in ["0", "-0.5", "12.50", long, ".5"] { #expect(MySQLDecimal(text)?.description == text) }
        for text in ["", "-", ".", "1.", "1.2.3", "1e5", " 1", "é", String(repeating: "9", count: 82)] {
            #expect(MySQLDecimal(text) == nil, "\(text)")
        }
        let decimal = try #require(MySQLDecimal("-12.50"))
        #expect(decimal.scale == 2 && decimal.double == -12.5 && decimal.integer(as: Int.self) == nil)
        #expect(
            MySQLDecimal("300.0")?.integer(as: Int.self) == 300 && MySQLDecimal("300")?.integer(as: UInt8.self) == nil
        )
    }
}
