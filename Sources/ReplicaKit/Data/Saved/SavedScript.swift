internal import MySQLWire

/// Writes what is saved as a script of SQL, and counts it.
///
/// Nothing of it is meant to be run unread: what was replaced is an INSERT too, which fails while there is another row
/// with its key.
final class SavedScript {
    /// Nil counts only.
    private let path: String?
    private let target: String
    private let source: String
    private var file: SavedRowsFile?
    private var rowsTold = 0
    private(set) var saved = SavedRows()

    /// How many rows and how many definitions are told, and how long their values may be.
    private static let rowsTold = 20
    private static let definitionsTold = 10
    private static let valueLimit = 200

    init(path: String?, target: String, source: String) {
        self.path = path
        self.target = target
        self.source = source
    }

    /// Ends the script; from here on it is safe to change what it holds.
    func finish() throws(DataError) -> SavedRows {
        guard !saved.isEmpty else { return saved }
        try write("-- Complete: \(saved).\n")
        try file?.finish()
        saved.path = file?.path
        return saved
    }

    // MARK: Definitions

    /// - Parameter isReplaced: the source has another one.
    func add(_ object: SchemaObject, isReplaced: Bool) throws(DataError) {
        saved.definitions += 1
        let name =
            object.id.kind == .database ? object.id.database : "\(object.id.database).\(object.id.name)"
        let what = "\(object.id.kind.rawValue) \(name)"
        if saved.definitions <= Self.definitionsTold {
            saved.first.append(isReplaced ? "redefined: \(what)" : "only on \(target): \(what)")
        } else {
            saved.untold &+= 1
        }
        try write("\n-- \(Self.oneLine(what)), as it was defined\(isReplaced ? " (\(source) has it otherwise)" : "")\n")
        let isRunnable = !isReplaced && [.database, .table].contains(object.id.kind)
        guard isRunnable else {
            // What holds semicolons of its own, or is there otherwise: to be read.
            // By scalars: to Swift a carriage return and a line feed are one character, and none of those two.
            for line in object.creation.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
                try write("-- \(String(line))\n")
            }
            return
        }
        if object.id.kind == .table { try write("USE \(quoted(object.id.database));\n") }
        try write("\(object.creation);\n")
    }

    // MARK: Rows

    func begin(_ table: TableInfo, _ what: String) throws(DataError) {
        try write("\n-- \(Self.oneLine("\(table.database).\(table.name)")): \(what)\n")
    }

    func add(_ row: MySQLRow, copies: UInt64, _ writer: SavedRowWriter, isReplaced: Bool) throws(DataError) {
        saved.rows &+= copies
        if rowsTold < Self.rowsTold {
            rowsTold += 1
            let times = copies > 1 ? " (\(copies) times)" : ""
            let table = writer.select.table
            let image = writer.decoder.image(row, columns: writer.select.columns, limit: Self.valueLimit)
            let what = isReplaced ? "replaced" : "only on \(target)"
            saved.first.append("\(what)\(times): \(table.database).\(table.name): \(image)")
        } else {
            saved.untold &+= copies
        }
        guard path != nil else { return }
        let statement = try writer.statement(row) + (isReplaced ? " -- replaced\n" : "\n")
        for _ in 0..<copies { try write(statement) }
    }

    private func write(_ text: String) throws(DataError) {
        guard let path else { return }
        if file == nil {
            let new = try SavedRowsFile(at: path)
            file = new
            try new.add(heading)
        }
        try file?.add(text)
    }

    private var heading: String {
        """
        -- What was deleted or replaced on \(Self.oneLine(target)) to make it equal to \(Self.oneLine(source)).
        -- Written before the first change; the last line says whether it is complete.
        -- Read it before you run any of it: \(Self.oneLine(source)) has gone on since.
        SET NAMES utf8mb4;
        SET SESSION time_zone = '+00:00', sql_mode = '\(DataSession.lenientMode)';

        """
    }

    /// A line break would end a comment, and the rest of the name be a statement.
    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            line.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return String(line)
    }
}
