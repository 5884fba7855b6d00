import Foundation
import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// Numbers read from digits, against what the C library and the standard library make of the same text.
@Suite struct DecimalTextTests {
    private static func double(_ text: String) -> Double? {
        Array(text.utf8).withUnsafeBytes { DecimalText.double($0) }
    }

    private static func integer<Integer: FixedWidthInteger>(_ text: String) -> Integer? {
        Array(text.utf8).withUnsafeBytes { MySQLCell.parse($0) }
    }

    @Test func `a double is the nearest one, to the last bit`() throws {
        var generator = SeededGenerator(seed: 11)
        var read = 0
        for _ in 0..<200_000 {
            let digits = String(
                UInt64.random(in: 0...9_999_999_999_999_999_999, using: &generator)
                    >> UInt64.random(in: 0...63, using: &generator)
            )
            var text = digits
            let point = Int.random(in: 0...digits.count, using: &generator)
            if point < digits.count { text.insert(".", at: text.index(text.startIndex, offsetBy: point)) }
            if text.hasPrefix(".") { text = "0" + text }
            if Bool.random(using: &generator) { text = "-" + text }
            if UInt8.random(in: 0...3, using: &generator) == 0 {
                text += "e\(Int.random(in: -30...30, using: &generator))"
            }
            guard let value = Self.double(text) else { continue }
            read += 1
            try #require(value.bitPattern == strtod(text, nil).bitPattern, "\(text)")
        }
        #expect(read > 150_000)
    }

    /// Where the nearest two are equally far, the even one; and a trace more or less decides.
    @Test(
        arguments: [
            "9007199254740993", "9007199254740995", "4503599627370497.5", "4503599627370498.5", "4503599627370497.501",
            "4503599627370497.499", "1.5e-3", "0.1", "2.2250738585072014", "123456789012345678", "1234567890.123456789",
            "9999999999999999999", "0.9999999999999999999", "1e22", "1e-22", "-0", "0.0", "-0.00", "00012.50",
            "-498740.740752098", "9007199254740992", "-900719925474.0993", "0.0000000000000001", "12345678901234567.",
            "123456789012345678", "-.5", "1.2345678", "0.12345678901234567", "5", "-5",
        ]
    ) func `ties and edges are as strtod has them`(text: String) {
        #expect(Self.double(text)?.bitPattern == strtod(text, nil).bitPattern)
    }

    @Test(
        arguments: [
            "", "-", ".", "-.", "1.", "e5", "1e", "1e+", "1 ", " 1", "+1", "1,5", "0x10", "nan", "inf", "1e5x", "1..2",
            "--1", "1e99999", "18446744073709551616", "18446744073709551616000", "123456789012345678901234567890",
        ]
    ) func `what it cannot read is left to strtod, never read wrongly`(text: String) {
        if let value = Self.double(text) { #expect(value == strtod(text, nil) && Double(text) == value) }
    }

    @Test func `an integer is exact up to the limits of its type, and nothing beyond`() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<50_000 {
            let shift = UInt64.random(in: 0...63, using: &generator)
            let wide = UInt64.random(in: 0 ... .max, using: &generator) >> shift
            let narrow = Int64(truncatingIfNeeded: wide)
            try #require(Self.integer("\(wide)") == wide && Self.integer("\(narrow)") == narrow)
            try #require(Self.integer("\(wide)") == Int32("\(wide)") && Self.integer("\(narrow)") == Int8("\(narrow)"))
        }
        for text in [
            "9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "+5", "-0",
            "00000000000000000000000000000000012", "18446744073709551615", "18446744073709551616",
            "99999999999999999999", "-99999999999999999999", "12345678", "1234567/", "123456:8", "/2345678", "1234 678",
            "", "-", "+", "12345678901234567x", "128", "-128", "-129", "255", "256",
        ] {
            #expect(Self.integer(text) == Int64(text), "\(text)")
            #expect(Self.integer(text) == UInt64(text), "\(text)")
            #expect(Self.integer(text) == Int8(text), "\(text)")
            #expect(Self.integer(text) == UInt8(text), "\(text)")
        }
    }

    @Test func `no byte in place of a digit passes for one`() throws {
        for length in 1...20 {
            for place in 0..<length {
                for byte in UInt8.min ... .max where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                    var bytes = [UInt8](repeating: UInt8(ascii: "7"), count: length)
                    bytes[place] = byte
                    let isSign = place == 0 && length > 1 && (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+"))
                    let value: Int64? = bytes.withUnsafeBytes { MySQLCell.parse($0) }
                    try #require((value != nil) == (isSign && length <= 20), "\(bytes)")
                }
            }
        }
    }

    @Test func `an integer of a row is its cell's alone, whatever stands around it`() throws {
        let columns = MySQLColumns([ColumnDefinition(name: "a"), ColumnDefinition(name: "b")])
        var generator = SeededGenerator(seed: 13)
        let texts = [
            "", "0", "7", "-7", "+7", "12", "007", "1234567", "12345678", "-123456", "9999999", "1/2", "1:2", "12a",
            " 1", "-",
            "\u{30}\u{0}", "255", "256", "99999999999999999999",
        ]
        for _ in 0..<2000 {
            let before = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            let text =
                Bool.random(using: &generator)
                ? texts[Int.random(in: 0..<texts.count, using: &generator)]
                : String(
                    Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0...63, using: &generator)
                )
            var payload = ByteBuffer()
            payload.writeLengthEncoded(bytes: before)
            payload.writeLengthEncoded(string: text)
            let batch = try MySQLRowBatch(scanning: payload, columns: columns, format: .text)
            let row = try #require(batch.first)
            try #require(row.integer(at: 1, as: Int.self) == Int(text), "\(before) \(text)")
            try #require(row.integer(at: 1, as: UInt8.self) == UInt8(text), "\(before) \(text)")
        }
    }
}
