/// The columns of one result, with a look-up by name made once for all its rows.
public final class MySQLColumns: Sendable, RandomAccessCollection {
    /// In the result's order.
    public let definitions: [ColumnDefinition]
    /// The same in the form that decoding needs.
    let traits: [ColumnTraits]
    /// How each value lies in a binary row.
    let binaryWidths: [BinaryWidth]
    private let indexes: [TextKey: Int]

    /// Columns of a caller's own, for tests and simulations.
    public init(_ definitions: [ColumnDefinition]) {
        self.definitions = definitions
        traits = definitions.map { ColumnTraits($0) }
        binaryWidths = traits.map(\.binaryWidth)
        var indexes: [TextKey: Int] = [:]
        for (index, definition) in definitions.enumerated() {
            let name = TextKey(definition.name)
            if indexes[name] == nil { indexes[name] = index }
        }
        self.indexes = indexes
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { definitions.count }
    public subscript(position: Int) -> ColumnDefinition { definitions[position] }

    /// The first column of that name, spelt exactly so.
    public func index(named name: String) -> Int? { indexes[TextKey(name)] }
    /// In the result's order; a name may come twice.
    public var names: [String] { definitions.map(\.name) }
}
