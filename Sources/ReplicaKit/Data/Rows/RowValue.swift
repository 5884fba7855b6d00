/// One value of a row, exact, in the form in which reports and journals keep it.
///
/// In JSON: `null`, a number for integers, text for what prints exactly, and `{"hex":"…"}` for all other bytes.
public enum RowValue: Sendable, Hashable {
    case null
    case integer(Int64)
    /// Only for what is greater than `Int64.max`.
    case unsigned(UInt64)
    /// Characters; also decimals, doubles, dates and times, as the server prints them.
    case text(String)
    case bytes([UInt8])
}

extension RowValue: Codable {
    private enum Keys: String, CodingKey {
        case hex
    }

    public init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: Keys.self) {
            let hex = try keyed.decode(String.self, forKey: .hex)
            guard let bytes = Hex.bytes(hex) else {
                throw DecodingError.dataCorruptedError(forKey: .hex, in: keyed, debugDescription: "not hexadecimal")
            }
            self = .bytes(bytes)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let integer = try? single.decode(Int64.self) {
            self = .integer(integer)
        } else if let unsigned = try? single.decode(UInt64.self) {
            self = .unsigned(unsigned)
        } else {
            self = .text(try single.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        if case .bytes(let bytes) = self {
            var keyed = encoder.container(keyedBy: Keys.self)
            try keyed.encode(Hex.text(bytes), forKey: .hex)
            return
        }
        var single = encoder.singleValueContainer()
        switch self {
        case .null: try single.encodeNil()
        case .integer(let value): try single.encode(value)
        case .unsigned(let value): try single.encode(value)
        case .text(let value): try single.encode(value)
        case .bytes: break
        }
    }
}

extension RowValue: CustomStringConvertible {
    /// For a person: NULL, numbers, text as it is, bytes as `x'…'`.
    public var description: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .text(let value): value
        case .bytes(let value): "x'\(Hex.text(value))'"
        }
    }
}

/// Hexadecimal text.
enum Hex {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
