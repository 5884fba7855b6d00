// Safety: nothing is written after init.
/// The columns of one result, with a look-up by name made once for all its rows.
public final class MySQLColumns: @unchecked Sendable, RandomAccessCollection {
    /// In the result's order.
    public let definitions: [ColumnDefinition]
    /// The same in the form that decoding needs, one for each; in memory of its own, where rows find it in one step.
    let traits: UnsafePointer<ColumnTraits>
    /// How each value lies in a binary row.
    let binaryWidths: [BinaryWidth]
    private let indexes: [TextKey: Int]

    /// Columns of a caller's own, for tests and simulations.
    public init(_ definitions: [ColumnDefinition]) {
        self.definitions = definitions
        let traits = UnsafeMutablePointer<ColumnTraits>.allocate(capacity: definitions.count)
        for (index, definition) in definitions.enumerated() {
            (traits + index).initialize(to: ColumnTraits(definition))
        }
        self.traits = UnsafePointer(traits)
        binaryWidths = definitions.indices.map { traits[$0].binaryWidth }
        var indexes: [TextKey: Int] = [:]
        for (index, definition) in definitions.enumerated() {
            let name = TextKey(definition.name)
            if indexes[name] == nil { indexes[name] = index }
        }
        self.indexes = indexes
    }

    deinit {
        let traits = UnsafeMutablePointer(mutating: traits)
        traits.deinitialize(count: definitions.count)
        traits.deallocate()
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { definitions.count }
    public subscript(position: Int) -> ColumnDefinition { definitions[position] }

    /// The first column of that name, spelt exactly so.
    public func index(named name: String) -> Int? { indexes[TextKey(name)] }
    /// In the result's order; a name may come twice.
    public var names: [String] { definitions.map(\.name) }
}
