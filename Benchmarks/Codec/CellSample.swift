import Benchmark
import MySQLWire

/// A cell as it comes from a server, and the type that it is converted to.
struct CellSample: Sendable {
    let name: String
    private let bytes: [UInt8]
    private let format: RowFormat
    private let column: ColumnTraits
    private let conversion: @Sendable (MySQLCell) throws(MySQLError) -> Void

    private init<Value: MySQLDecodable>(
        _ name: String,
        _ bytes: [UInt8],
        _ format: RowFormat,
        _ column: ColumnTraits,
        as type: Value.Type
    ) {
        self.name = name
        self.bytes = bytes
        self.format = format
        self.column = column
        conversion = { (cell) throws(MySQLError) in blackHole(try Value(cell)) }
    }

    func convert() throws {
        try bytes.withUnsafeBytes { try conversion(MySQLCell(bytes: $0, format: format, column: column)) }
    }

    static let all: [CellSample] = texts + binaries

    private static let texts = [
        text("INT to Int", "123456", .init(type: .long), as: Int.self),
        text("BIGINT to Int64", "-4611686018427387904", .init(type: .longLong), as: Int64.self),
        text("DOUBLE to Double", "-376543.2109876543", .init(type: .double, decimals: 31), as: Double.self),
        text(
            "DECIMAL to MySQLDecimal",
            "12345678901234567890.1234567890",
            .init(type: .newDecimal),
            as: MySQLDecimal.self
        ),
        text(
            "DATETIME to MySQLDateTime",
            "2026-11-28 06:43:21",
            .init(type: .dateTime, decimals: 0),
            as: MySQLDateTime.self
        ),
        text("VARCHAR of 12 to String", "a short text", .init(type: .varString), as: String.self),
        text(
            "VARCHAR of 40 to String",
            String(repeating: "ä long one", count: 4),
            .init(type: .varString),
            as: String.self
        ),
        text(
            "VARCHAR of 40 to MySQLValue",
            String(repeating: "ä long one", count: 4),
            .init(type: .varString),
            as: MySQLValue.self
        ),
    ]

    private static let binaries = [
        binary("INT to Int", [0x40, 0xE2, 0x01, 0x00], .init(type: .long), as: Int.self),
        binary(
            "DOUBLE to Double",
            [0, 0, 0, 0, 0, 0, 0xF8, 0x3F],
            .init(type: .double, decimals: 31),
            as: Double.self
        ),
        binary(
            "DATETIME to MySQLDateTime",
            [0xEA, 0x07, 11, 28, 6, 43, 21],
            .init(type: .dateTime, decimals: 0),
            as: MySQLDateTime.self
        ),
    ]

    private static func text<Value: MySQLDecodable>(
        _ name: String,
        _ text: String,
        _ column: ColumnTraits,
        as type: Value.Type
    ) -> CellSample {
        CellSample("text: " + name, Array(text.utf8), .text, column, as: type)
    }

    private static func binary<Value: MySQLDecodable>(
        _ name: String,
        _ bytes: [UInt8],
        _ column: ColumnTraits,
        as type: Value.Type
    ) -> CellSample {
        CellSample("binary: " + name, bytes, .binary, column, as: type)
    }
}
