/// A statement and the values that go with it. What is interpolated into its literal is sent apart from the text, as a
/// parameter, and never becomes part of the SQL:
///
/// ```swift
/// let rows = try await connection.query("SELECT id FROM products WHERE name = \(name) AND price < \(limit)")
/// ```
///
/// Names cannot be parameters: `\(identifier: table)` quotes one. Text of the program's own goes in with `\(sql: text)`.
/// A part of a statement is a query too, and goes into another one with its values: `"SELECT … WHERE \(condition)"`.
public struct MySQLQuery: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// With a `?` for each value.
    public var sql: String
    /// One for each `?`, in their order.
    public var values: [MySQLValue]
    /// What is sent piece by piece in place of the value at that index.
    public var longData: [Int: MySQLLongData] = [:]

    /// The text, without the values: those may be secret.
    public var description: String { sql }

    /// - Parameters:
    ///   - sql: a statement of the program's own, with a `?` for each value.
    ///   - values: in the order of the `?`; what users wrote belongs in here.
    public init(sql: String, values: [any MySQLEncodable] = []) {
        self.sql = sql
        self.values = values.map(\.mysqlValue)
    }

    public init(stringLiteral value: String) {
        self.init(sql: value)
    }

    public init(stringInterpolation: StringInterpolation) {
        sql = stringInterpolation.sql
        values = stringInterpolation.values
        longData = stringInterpolation.longData
    }

    /// Takes the literal and what is interpolated apart.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = ""
        fileprivate var values: [MySQLValue] = []
        fileprivate var longData: [Int: MySQLLongData] = [:]

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { sql += literal }

        /// A value: bound as a parameter, NULL for nil.
        public mutating func appendInterpolation(_ value: some MySQLEncodable) {
            sql += "?"
            values.append(value.mysqlValue)
        }

        /// A value: bound as a parameter, NULL for nil.
        public mutating func appendInterpolation(_ value: (some MySQLEncodable)?) {
            sql += "?"
            values.append(value?.mysqlValue ?? .null)
        }

        /// A value that is sent piece by piece, before the statement.
        public mutating func appendInterpolation(longData value: MySQLLongData) {
            sql += "?"
            longData[values.count] = value
            values.append(value.placeholder)
        }

        /// A list for IN: `WHERE id IN (\(list: ids))`. An empty one becomes NULL, which nothing is in.
        public mutating func appendInterpolation(list values: some Collection<some MySQLEncodable>) {
            guard !values.isEmpty else {
                sql += "NULL"
                return
            }
            sql += values.map { _ in "?" }.joined(separator: ", ")
            self.values += values.map(\.mysqlValue)
        }

        /// A part of the statement, with its values.
        public mutating func appendInterpolation(_ part: MySQLQuery) {
            for (index, value) in part.longData { longData[values.count + index] = value }
            sql += part.sql
            values += part.values
        }

        /// Parts of the statement with a text of the program's own between them, such as the conditions of a WHERE
        /// (`by: " AND "`) or the rows of an INSERT (`by: ", "`). Of none nothing is left.
        public mutating func appendInterpolation(joined parts: some Collection<MySQLQuery>, by separator: String) {
            for (number, part) in parts.enumerated() {
                if number > 0 { sql += separator }
                appendInterpolation(part)
            }
        }

        /// The name of a table, column and so on, quoted.
        public mutating func appendInterpolation(identifier name: String) throws(MySQLError) {
            sql += try SQLText.identifier(name)
        }

        /// SQL of the program's own, taken as it is.
        public mutating func appendInterpolation(sql text: String) { sql += text }
    }
}
