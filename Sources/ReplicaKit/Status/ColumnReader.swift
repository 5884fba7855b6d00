internal import MySQLWire

/// Takes columns out of a row by name, and knows at the end which ones nobody asked for.
struct ColumnReader {
    private let row: MySQLRow
    private(set) var rest: [String: String?] = [:]

    init(_ row: MySQLRow) {
        self.row = row
        for (index, definition) in row.columns.enumerated() where rest[definition.name] == nil {
            rest.updateValue(row.string(at: index), forKey: definition.name)
        }
    }

    mutating func text(_ names: String?...) -> String? { text(names) }

    mutating func integer<Integer: FixedWidthInteger>(_ names: String?...) -> Integer? {
        text(names).flatMap { Integer($0) }
    }

    /// A file and its position; nil where either is missing or no file is named yet.
    mutating func coordinates(_ file: String?, _ oldFile: String?, _ position: String?, _ oldPosition: String?)
        -> BinaryLogCoordinates?
    {
        let name = text([file, oldFile])
        let place: UInt64? = integer(position, oldPosition)
        guard let name, !name.isEmpty, let place else { return nil }
        return BinaryLogCoordinates(file: name, position: place)
    }

    /// `Last_IO_Errno` and its companions; nil where the number is 0 or missing.
    mutating func error(_ thread: String) -> ReplicationError? {
        let number: Int? = integer("Last_\(thread)_Errno")
        let message = text("Last_\(thread)_Error")
        let timestamp = text("Last_\(thread)_Error_Timestamp")
        guard let number, number != 0 else { return nil }
        return ReplicationError(
            number: number,
            message: message ?? "",
            timestamp: timestamp.flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    private mutating func text(_ names: [String?]) -> String? {
        var found: String?
        for name in names.compactMap({ $0 }) {
            if let value = rest.removeValue(forKey: name), found == nil { found = value }
        }
        return found
    }
}
