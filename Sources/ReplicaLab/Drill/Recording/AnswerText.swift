internal import MySQLWire

/// What a server answered, in a few words.
enum AnswerText {
    /// The columns of SHOW REPLICA STATUS that a person looks for first; it has sixty.
    private static let important = [
        "Replica_IO_Running", "Replica_SQL_Running", "Seconds_Behind_Source", "Last_IO_Errno", "Last_SQL_Errno",
        "Source_Log_File", "Read_Source_Log_Pos", "Exec_Source_Log_Pos",
    ]

    static func describe(_ result: MySQLResult) -> String {
        if result.columns.isEmpty {
            let count = result.completion.affectedRows
            return count == 0 ? "OK" : "OK, \(count) \(count == 1 ? "row" : "rows") affected"
        }
        let count = result.rowCount
        guard count > 0 else { return "empty set" }
        guard count == 1, let row = result.firstRow else { return "\(count) rows" }
        let names = result.columns.map(\.name)
        let shown = names.count > 12 ? important.filter { names.contains($0) } : names.filter { row.string($0) != "" }
        let cells = shown.map { "\($0): \(isSecret($0) ? "<redacted>" : cell($0, of: row))" }
        // One value speaks for itself.
        let isAlone = names.count == 1 && !isSecret(names[0])
        let text = isAlone ? row.string(at: 0) ?? "NULL" : cells.joined(separator: ", ")
        return text.count > 300 ? "\(text.prefix(300))…" : text
    }

    /// For up to 300 ms after its source is lost a replica still counts from its last transaction, and tells 0 (seen on
    /// 9.7.4): how far it is behind is not known then.
    private static func cell(_ column: String, of row: MySQLRow) -> String {
        let isLag = column == "Seconds_Behind_Source" || column == "Seconds_Behind_Master"
        if isLag, (row.string("Replica_IO_Running") ?? row.string("Slave_IO_Running")) != "Yes" { return "unknown" }
        return row.string(column) ?? "NULL"
    }

    /// `mysql.slave_master_info` holds a replica's password in plain text, and ReplicaKit has to read it.
    private static func isSecret(_ column: String) -> Bool {
        let name = column.uppercased()
        return name.contains("PASSWORD") || name.contains("AUTHENTICATION_STRING")
    }

    static func describe(_ error: MySQLError) -> String { error.description }
}
