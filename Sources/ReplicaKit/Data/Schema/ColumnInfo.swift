/// A column as information_schema tells it.
struct ColumnInfo: Sendable, Hashable {
    enum Generation: Sendable, Hashable {
        case none, virtual, stored
    }

    @ExactText var name: String
    /// DATA_TYPE, in lower case: `varchar`.
    var dataType: String
    /// COLUMN_TYPE: `varchar(40)`, `int unsigned`, `enum('a','b')`.
    @ExactText var columnType: String
    /// Nil for what holds no characters.
    var characterSet: String?
    var collation: String?
    var isNullable: Bool
    var generation: Generation

    var isUnsigned: Bool { columnType.contains("unsigned") }

    /// How values of the type are read, compared and written.
    var kind: ColumnKind { ColumnKind(dataType: dataType, characterSet: characterSet) }
}

/// The families of types that are handled alike.
enum ColumnKind: Sendable, Hashable {
    case integer, decimal, float, double, bit, enumeration, set, temporal, time, text, json, bytes

    init(dataType: String, characterSet: String?) {
        switch dataType {
        case "tinyint", "smallint", "mediumint", "int", "bigint", "year": self = .integer
        case "decimal": self = .decimal
        case "float": self = .float
        case "double": self = .double
        case "bit": self = .bit
        case "enum": self = .enumeration
        case "set": self = .set
        case "date", "datetime", "timestamp": self = .temporal
        case "time": self = .time
        case "json": self = .json
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext":
            self = characterSet == nil || characterSet == "binary" ? .bytes : .text
        // Binary strings, geometry, vectors, and what is not known: their raw bytes.
        default: self = .bytes
        }
    }
}
