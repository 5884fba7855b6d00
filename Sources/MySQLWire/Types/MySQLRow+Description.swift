/// For a look at a row: what it holds may be secret.
extension MySQLRow: CustomStringConvertible {
    /// Names and values, for instance `[id: 1, name: tea, note: NULL]`.
    public var description: String {
        let cells = columns.definitions.indices.map { index in
            let text = (try? value(at: index)).map { $0.text ?? "NULL" }
            return "\(columns.definitions[index].name): \(text ?? string(at: index) ?? "NULL")"
        }
        return "[\(cells.joined(separator: ", "))]"
    }
}
