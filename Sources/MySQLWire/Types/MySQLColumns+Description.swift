extension MySQLColumns: CustomStringConvertible {
    /// The names, for instance `[id, name]`.
    public var description: String { "[\(names.joined(separator: ", "))]" }
}
