/// A named value that goes beside a statement, not in its text: for tracing, and for what reads it on the server
/// (`mysql_query_attribute_string()` of the component `query_attributes`).
/// See [Query Attributes](https://dev.mysql.com/doc/refman/9.7/en/query-attributes.html).
public struct MySQLQueryAttribute: Sendable, Hashable {
    /// The values that the library sends.
    public enum Value: Sendable, Hashable {
        /// SQL NULL.
        case null
        /// Text, in UTF-8.
        case string(String)
        /// A signed integer.
        case integer(Int64)
        /// An unsigned integer.
        case unsigned(UInt64)
    }

    /// May be empty, and may occur twice: the server takes the first then.
    public var name: String
    /// What the server takes as its value.
    public var value: Value

    /// A name and its value.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}
