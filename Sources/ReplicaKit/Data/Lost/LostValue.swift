internal import MySQLWire

/// A value of the binary log as a cell: in the form in which ``ColumnExpression/read(_:)`` asks a server for it.
enum LostValue {
    /// - Returns: nil where the column of today is of another type than the one that was logged.
    static func cell(_ value: BinlogValue, _ column: ColumnInfo) -> Cell? {
        switch (value, column.kind) {
        case (.null, _): .null
        case (.integer(let number), .integer): .bytes(Array(String(number).utf8))
        case (.unsigned(let number), .integer), (.bit(let number), .bit): .bytes(Array(String(number).utf8))
        case (.year(let year), .integer): .bytes(Array(String(year).utf8))
        case (.decimal(let text), .decimal): .bytes(Array(text.utf8))
        case (.float(let number), .float): .bytes(double(Double(number)))
        case (.double(let number), .double): .bytes(double(number))
        case (.enumeration(let index, _), .enumeration): .bytes(Array(String(index).utf8))
        case (.set(let bits, _), .set): .bytes(Array(String(bits).utf8))
        case (.date(let date), .temporal): .bytes(Array(date.description.utf8))
        case (.dateTime(let time), .temporal): .bytes(Array(time.description.utf8))
        case (.timestamp(let time), .temporal): .bytes(Array(time.description.utf8))
        case (.time(let time), .time): .bytes(Array(time.description.utf8))
        case (.bytes(let bytes), .text), (.bytes(let bytes), .bytes): .bytes(bytes)
        case (.geometry(let bytes), .bytes), (.vector(let bytes), .bytes): .bytes(bytes)
        case (.json(let document), .json): .bytes(Array(document.text.utf8))
        default: nil
        }
    }

    /// A cell: NULL, or bytes.
    enum Cell: Sendable, Hashable {
        case null
        case bytes([UInt8])

        var bytes: [UInt8]? {
            switch self {
            case .null: nil
            case .bytes(let bytes): bytes
            }
        }
    }

    /// True where a server's cell and one of the log hold the same value: numbers may print in two ways.
    static func isSame(_ one: [UInt8]?, _ other: [UInt8]?, _ column: ColumnInfo) -> Bool {
        guard let one, let other, one != other else { return one == other }
        let (left, right) = (String(decoding: one, as: UTF8.self), String(decoding: other, as: UTF8.self))
        switch column.kind {
        case .float, .double:
            guard let left = Double(left), let right = Double(right) else { return false }
            return left.bitPattern == right.bitPattern
        // ZEROFILL prints zeros in front.
        case .integer:
            if let left = Int64(left), let right = Int64(right) { return left == right }
            guard let left = UInt64(left), let right = UInt64(right) else { return false }
            return left == right
        default:
            return false
        }
    }

    private static func double(_ number: Double) -> [UInt8] {
        Array((BinlogValue.double(number).text(BinlogColumn(type: .double)) ?? "").utf8)
    }
}
