internal import MySQLWire

/// Reads scheduled events.
///
/// Their definitions are put together from information_schema: SHOW CREATE EVENT also tells whether the event is
/// enabled, and that rightly differs between a source and its replica.
struct EventReader: Sendable {
    let data: DataSession

    /// How a made event begins its life: it must not run on a server that follows another.
    static let disabled = "DISABLE ON REPLICA"
    /// The same before 8.1, and still known to 9.7.
    static let disabledOldStyle = "DISABLE ON SLAVE"

    func events() async throws(DataError) -> [SchemaObject] {
        let result = try await data.run(
            """
            SELECT EVENT_SCHEMA AS d, EVENT_NAME AS n, DEFINER AS definer, TIME_ZONE AS zone, \
            EVENT_DEFINITION AS body, EXECUTE_AT AS at_time, INTERVAL_VALUE AS iv, INTERVAL_FIELD AS ifield, \
            STARTS AS starts, ENDS AS ends, SQL_MODE AS mode, ON_COMPLETION AS completion, EVENT_COMMENT AS comment, \
            CHARACTER_SET_CLIENT AS cs, COLLATION_CONNECTION AS co, DATABASE_COLLATION AS dco \
            FROM information_schema.EVENTS WHERE \(SchemaReader.user("EVENT_SCHEMA")) ORDER BY 1, 2
            """,
            "reading the events"
        )
        return result.rows.compactMap(Self.event)
    }

    private static func event(_ row: MySQLRow) -> SchemaObject? {
        guard let database = row.string("d"), let name = row.string("n"), let body = row.string("body") else {
            return nil
        }
        var text = "CREATE DEFINER=\(account(row.string("definer") ?? "")) EVENT \(quoted(name)) ON SCHEDULE "
        if let time = row.string("at_time") {
            text += "AT \(SQLText.literal(time))"
        } else {
            text += "EVERY \(row.string("iv") ?? "") \(row.string("ifield") ?? "")"
            if let starts = row.string("starts") { text += " STARTS \(SQLText.literal(starts))" }
            if let ends = row.string("ends") { text += " ENDS \(SQLText.literal(ends))" }
        }
        text += " ON COMPLETION \(row.string("completion") ?? "NOT PRESERVE") \(disabled)"
        if let comment = row.string("comment"), !comment.isEmpty {
            // It is made under its own mode, not under the session's.
            let modes = row.string("mode")?.split(separator: ",") ?? []
            let literal = SQLText.literal(comment, noBackslashEscapes: modes.contains("NO_BACKSLASH_ESCAPES"))
            text += " COMMENT \(literal)"
        }
        text += " DO \(body)"
        let context = CreationContext(
            sqlMode: row.string("mode"),
            characterSetClient: row.string("cs") ?? "utf8mb4",
            collationConnection: row.string("co") ?? "utf8mb4_0900_ai_ci",
            timeZone: row.string("zone")
        )
        let settings = [
            context.sqlMode ?? "", context.timeZone ?? "", context.characterSetClient, context.collationConnection,
            row.string("dco") ?? "",
        ]
        return SchemaObject(
            id: .init(kind: .event, database: database, name: name),
            comparable: text + "\n-- settings: " + settings.joined(separator: "; "),
            creation: text,
            context: context
        )
    }

    /// `user@host` as information_schema writes it, quoted. A user's name may hold an `@`, a host cannot.
    private static func account(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return quoted(text) }
        let user = String(text[..<at])
        let host = String(text[text.index(after: at)...])
        // An empty user name is the anonymous account, and no identifier.
        return "\(user.isEmpty ? "''" : quoted(user))@\(quoted(host))"
    }
}
