@testable import MySQLWire

/// Rows as `mysqlbinlog -v` prints them, to be compared with what it printed.
enum MySQLBinlogText {
    static func lines(_ change: BinlogRowChange) -> [[UInt8]] {
        let name = "`\(change.table.schema)`.`\(change.table.name)`"
        var lines: [[UInt8]] = []
        if change.kind == .insert, change.after?.values.allSatisfy({ $0 == nil }) == true {
            return [Array("### INSERT INTO \(name) VALUES ()".utf8)]
        }
        switch change.kind {
        case .insert: lines.append(Array("### INSERT INTO \(name)".utf8))
        case .update: lines.append(Array("### UPDATE \(name)".utf8))
        case .delete: lines.append(Array("### DELETE FROM \(name)".utf8))
        }
        if let before = change.before { lines += [Array("### WHERE".utf8)] + image(before, change.table) }
        if let after = change.after { lines += [Array("### SET".utf8)] + image(after, change.table) }
        return lines
    }

    private static func image(_ image: BinlogRowChange.Image, _ table: BinlogTable) -> [[UInt8]] {
        zip(image.values, table.columns).enumerated().compactMap { index, pair in
            guard let value = pair.0 else { return nil }
            return Array("###   @\(index + 1)=".utf8) + text(value, pair.1)
        }
    }

    /// Floats are left out: mysqlbinlog rounds them.
    private static func text(_ value: BinlogValue, _ column: BinlogColumn) -> [UInt8] {
        switch value {
        case .null: Array("NULL".utf8)
        case .integer(let value): Array(integer(value, column).utf8)
        case .unsigned(let value): Array(integer(signed(value, column), column).utf8)
        case .decimal(let text): Array(text.utf8)
        case .bytes(let bytes): quoted(trimmed(bytes, column))
        case .enumeration(let index, _): Array(String(index).utf8)
        case .set(let bits, _): Array("b'\(binary(littleEndian: bits, Int(column.metadata)))'".utf8)
        case .bit(let bits): Array("b'\(padded(String(bits, radix: 2), Int(column.metadata)))'".utf8)
        case .year(let year): Array(String(year == 0 ? 1900 : year).utf8)
        case .date(let date): Array("'\(date.description.map { $0 == "-" ? ":" : String($0) }.joined())'".utf8)
        case .time(let time): Array("'\(time)'".utf8)
        case .dateTime(let dateTime): Array("'\(dateTime)'".utf8)
        case .timestamp(let timestamp):
            Array((String(timestamp.seconds) + timestamp.description.dropFirst(19)).utf8)
        case .json(let json): quoted(Array(json.text.utf8))
        case .float, .double, .geometry, .vector: []
        }
    }

    /// mysqlbinlog prints BINARY as logged, without the zero bytes at its end.
    private static func trimmed(_ bytes: [UInt8], _ column: BinlogColumn) -> [UInt8] {
        guard column.type == .string, column.collation == 63 else { return bytes }
        return Array(bytes.prefix(bytes.count - bytes.reversed().prefix { $0 == 0 }.count))
    }

    private static func width(_ column: BinlogColumn) -> Int {
        switch column.type {
        case .tiny: 8
        case .short: 16
        case .int24: 24
        case .long: 32
        default: 64
        }
    }

    private static func signed(_ value: UInt64, _ column: BinlogColumn) -> Int64 {
        let shift = 64 - width(column)
        return Int64(bitPattern: value << UInt64(shift)) >> Int64(shift)
    }

    private static func integer(_ value: Int64, _ column: BinlogColumn) -> String {
        guard value < 0 else { return String(value) }
        let width = width(column)
        let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
        return "\(value) (\(UInt64(bitPattern: value) & mask))"
    }

    private static func padded(_ text: String, _ count: Int) -> String {
        String(repeating: "0", count: max(0, count - text.count)) + text
    }

    private static func binary(littleEndian bits: UInt64, _ bytes: Int) -> String {
        (0..<bytes).map { padded(String(bits >> UInt64(8 * $0) & 0xFF, radix: 2), 8) }.joined()
    }

    private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "'")]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += Array("\\\\".utf8)
            case UInt8(ascii: "'"): text += Array("\\'".utf8)
            case UInt8(ascii: "\n"): text += Array("\\n".utf8)
            case UInt8(ascii: "\r"): text += Array("\\r".utf8)
            case UInt8(ascii: "\t"): text += Array("\\t".utf8)
            case 8: text += Array("\\b".utf8)
            case 12: text += Array("\\f".utf8)
            case 0..<32: text += Array("\\x\(padded(String(byte, radix: 16), 2))".utf8)
            default: text.append(byte)
            }
        }
        return text + [UInt8(ascii: "'")]
    }
}
