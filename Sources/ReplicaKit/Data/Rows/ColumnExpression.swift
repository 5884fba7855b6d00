/// How a column's value is asked for, so that what comes back is exact and independent of session and version.
enum ColumnExpression {
    /// The value in a row that is read. Bytes of characters come unconverted, in the column's own character set.
    static func read(_ column: ColumnInfo) -> String {
        let name = quoted(column.name)
        return switch column.kind {
        case .integer, .decimal, .temporal, .time: name
        // A FLOAT by itself prints six digits.
        case .float, .double: "CAST(\(name) AS DOUBLE)"
        // By number: an ENUM's index 0 and an empty member print alike.
        case .bit, .enumeration, .set: "CAST(\(name) AS UNSIGNED)"
        case .text, .bytes, .json: "CAST(\(name) AS BINARY)"
        }
    }

    /// The value as a part of the text that a row's hash is made of: no two different values give the same part, and
    /// no part can be taken for two.
    static func hashed(_ column: ColumnInfo) -> String {
        let value = read(column)
        let part =
            switch column.kind {
            // Digits and punctuation without a comma: the separator is enough.
            case .integer, .decimal, .temporal, .time, .float, .double, .bit, .enumeration, .set: value
            // CONCAT answers NULL beyond max_allowed_packet, so long values take part by their own hash.
            case .json,
                .bytes where !isShort(column), .text where !isShort(column):
                "SHA2(\(value), 256)"
            case .text, .bytes: "CONCAT(LENGTH(\(value)), ':', \(value))"
            }
        return column.isNullable ? "IFNULL(\(part), 'N')" : part
    }

    private static func isShort(_ column: ColumnInfo) -> Bool {
        ["char", "varchar", "binary", "varbinary"].contains(column.dataType)
    }

    /// A hash of the whole row, 64 hexadecimal digits.
    static func rowHash(_ table: TableInfo) -> String {
        let parts = table.compared.map { hashed(table.columns[$0]) }
        return "SHA2(CONCAT_WS(',', \(parts.joined(separator: ", "))), 256)"
    }

    /// What orders rows by their key in bytes that can be compared outside the server; nil where the value itself does.
    static func keyOrder(_ column: ColumnInfo) -> String? {
        column.kind == .text ? "WEIGHT_STRING(\(quoted(column.name)))" : nil
    }
}
