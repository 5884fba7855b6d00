extension BinlogValue {
    /// The value for a person, much as SELECT prints it; nil for NULL.
    ///
    /// - Parameter column: says whether bytes are text. Those that are not UTF-8 text are shown as `0x…`.
    public func text(_ column: BinlogColumn) -> String? {
        switch self {
        case .null: nil
        case .integer(let value): String(value)
        case .unsigned(let value), .bit(let value): String(value)
        case .decimal(let text): text
        case .float(let value): MySQLNumberText.text(shortest: value)
        case .double(let value): MySQLNumberText.text(value)
        case .bytes(let bytes): Self.text(bytes, isBinary: column.collation == BinlogColumn.binary)
        case .enumeration(let index, let label): label.map { Self.text($0, isBinary: false) } ?? String(index)
        case .set(let bits, let labels):
            labels.map { $0.map { Self.text($0, isBinary: false) }.joined(separator: ",") } ?? String(bits)
        case .year(let year): year == 0 ? "0000" : String(year)
        case .date(let date): date.description
        case .time(let time): time.description
        case .dateTime(let dateTime): dateTime.description
        case .timestamp(let timestamp): timestamp.description
        case .json(let json): json.text
        case .geometry(let bytes), .vector(let bytes): Self.hexadecimal(bytes)
        }
    }

    /// The value as an SQL literal that gives the same value again, in any session of MySQL 8.0.19 or later.
    ///
    /// Strings become hexadecimal literals: exact whatever the character set. A TIMESTAMP carries its offset, so that
    /// the session's time zone does not matter. A JSON document whose text is not exact (see
    /// ``BinlogJSON/isTextExact``) becomes another one.
    public var sqlLiteral: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): String(value)
        case .unsigned(let value): String(value)
        case .decimal(let text): text
        // The double that equals the float: it becomes the same float again without rounding.
        case .float(let value): Self.literal(Double(value))
        case .double(let value): Self.literal(value)
        case .bytes(let bytes), .geometry(let bytes), .vector(let bytes): SQLText.literal(bytes: bytes)
        case .enumeration(let index, _): String(index)
        // A SET compares as a signed number, so that only a negative one finds the 64th label again.
        case .set(let bits, _): String(Int64(bitPattern: bits))
        case .bit(let bits): "b'\(String(bits, radix: 2))'"
        case .year(let year): String(year)
        case .date(let date): "'\(date)'"
        case .time(let time): "'\(time)'"
        case .dateTime(let dateTime): "'\(dateTime)'"
        case .timestamp(let timestamp): timestamp.isZero ? "'\(timestamp)'" : "'\(timestamp)+00:00'"
        case .json(let json): "CAST(CONVERT(\(SQLText.literal(bytes: json.text.utf8)) USING utf8mb4) AS JSON)"
        }
    }

    /// With an exponent: without one it would be a DECIMAL, which knows no negative zero.
    private static func literal(_ value: Double) -> String {
        let text = "\(value)"
        return text.contains("e") ? text : text + "e0"
    }

    private static func text(_ bytes: [UInt8], isBinary: Bool) -> String {
        guard !isBinary, let text = String(validating: bytes, as: UTF8.self) else { return hexadecimal(bytes) }
        return text
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        "0x" + SQLText.literal(bytes: bytes).dropFirst(2).dropLast()
    }
}
