import MySQLWire

/// Bytes that are no text, as MySQL writes such literals.
enum BinaryText {
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result = Array("0x".utf8)
        for byte in bytes {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension ColumnType {
    var isNumber: Bool {
        switch self {
        case .decimal, .tiny, .short, .long, .float, .double, .longLong, .int24, .year, .newDecimal: true
        default: false
        }
    }

    /// Whether collation 63 (`binary`) means bytes here. Numbers and dates have it too, and are text.
    var mayHoldBytes: Bool {
        switch self {
        case .varchar, .bit, .vector, .tinyBlob, .mediumBlob, .longBlob, .blob, .varString, .string, .geometry: true
        default: false
        }
    }
}

extension ColumnDefinition {
    var holdsBytes: Bool { collation == 63 && type.mayHoldBytes }
}
