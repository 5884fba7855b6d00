/// What kinds of objects are compared.
public enum SchemaObjectKind: String, Sendable, Hashable, Codable, CaseIterable {
    case database, table, view, trigger, procedure, function, event
}
