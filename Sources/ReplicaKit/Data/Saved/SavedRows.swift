/// What a repair took away from its target, and where it is written down.
public struct SavedRows: Sendable, Hashable, Codable {
    /// A script of SQL that holds all of it; nil where nothing was to be saved, or no file was asked for.
    public var path: String?
    /// Rows that were deleted or replaced, those of dropped tables included.
    public var rows: UInt64
    /// Databases, tables, views, triggers, routines and events that were dropped or redefined.
    public var definitions: Int
    /// The first of them, one a line, for people; long values are cut.
    public var first: [String]
    /// How many rows and definitions are not among the first.
    public var untold: UInt64

    public init(path: String? = nil, rows: UInt64 = 0, definitions: Int = 0, first: [String] = [], untold: UInt64 = 0) {
        self.path = path
        self.rows = rows
        self.definitions = definitions
        self.first = first
        self.untold = untold
    }

    public var isEmpty: Bool { rows == 0 && definitions == 0 }
}

extension SavedRows: CustomStringConvertible {
    /// `3 row(s) and 1 definition(s)`.
    public var description: String {
        definitions == 0 ? "\(rows) row(s)" : "\(rows) row(s) and \(definitions) definition(s)"
    }
}
