/// A row, or some columns of it, by column name and in the table's order.
public struct RowImage: Sendable, Hashable, Codable {
    /// One column's value.
    public struct Field: Sendable, Hashable, Codable {
        public var column: String
        public var value: RowValue

        public init(column: String, value: RowValue) {
            self.column = column
            self.value = value
        }
    }

    public var fields: [Field]

    public init(fields: [Field]) {
        self.fields = fields
    }

    /// The value of a column; nil where the image does not hold it.
    public subscript(column: String) -> RowValue? {
        fields.first { $0.column.utf8.elementsEqual(column.utf8) }?.value
    }
}

extension RowImage: CustomStringConvertible {
    /// `id=1, text=abc`.
    public var description: String {
        fields.map { "\($0.column)=\($0.value)" }.joined(separator: ", ")
    }
}
