/// Something that a repair is about to do, or has done: for the journal and for whoever watches.
///
/// The handler of events is awaited before a statement that changes a definition runs; when it throws, the repair
/// stops there.
public struct RepairEvent: Sendable, Hashable, Codable {
    /// What kind of event it is.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// `statement` runs next. `undo` brings back what it takes away, as far as statements can.
        case willRun
        /// Everything that the repair takes away is written down; nothing has been changed so far. Not told where there
        /// is nothing.
        case rowsSaved
        /// A batch of rows of the table was committed.
        case rowsWritten
    }

    public var kind: Kind
    public var server: String
    public var database: String?
    /// The table, or the object that is made or dropped.
    public var object: String?
    public var statement: String?
    public var undo: [String]
    /// Rows of this batch.
    public var rowsDeleted: UInt64
    public var rowsInserted: UInt64
    public var saved: SavedRows?

    static func rowsSaved(_ saved: SavedRows, on server: String) -> RepairEvent {
        var event = willRun("", on: server)
        event.kind = .rowsSaved
        event.statement = nil
        event.saved = saved
        return event
    }

    static func willRun(
        _ statement: String,
        on server: String,
        database: String? = nil,
        object: String? = nil,
        undo: [String] = []
    ) -> RepairEvent {
        RepairEvent(
            kind: .willRun,
            server: server,
            database: database,
            object: object,
            statement: statement,
            undo: undo,
            rowsDeleted: 0,
            rowsInserted: 0,
            saved: nil
        )
    }
}

/// Receives what a repair does. It may throw, for instance when the journal cannot be written: then the repair stops.
public typealias RepairEventHandler = @Sendable (RepairEvent) async throws -> Void
