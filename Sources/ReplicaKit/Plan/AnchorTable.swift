public import MySQLWire

/// The table in which a server itself keeps its anchors, so that the machine of the tool may be lost.
///
/// It is written with the binary log on, and so reaches the replicas. Each write begins with CREATE … IF NOT EXISTS,
/// which the server logs even where the table exists (seen on 9.7.4): a replica that joins later in the log never
/// meets an INSERT into a table it lacks. Rows are only added, and their key holds a random operation id: no row of
/// one server can collide with one of another.
public enum AnchorTable {
    /// The schema that comparisons of user data leave out.
    public static let schema = "replicakit"

    /// Reads all anchors. Errors 1049 and 1146 (no such database, table) mean that there are none.
    public static let select = """
        SELECT operation, state, epoch, old_uuid, old_host, old_port, old_file, old_position, new_uuid, new_file, \
        new_position, old_gtid_set, new_gtid_set, CAST(recorded_at AS CHAR) AS recorded_at FROM replicakit.anchor
        """

    public static let create: [String] = [
        "CREATE DATABASE IF NOT EXISTS replicakit",
        """
        CREATE TABLE IF NOT EXISTS replicakit.anchor (operation VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, \
        epoch BIGINT UNSIGNED NOT NULL, old_uuid VARCHAR(36) NOT NULL, old_host VARCHAR(255) NOT NULL, \
        old_port SMALLINT UNSIGNED NOT NULL, old_file VARCHAR(512) NOT NULL, old_position BIGINT UNSIGNED NOT NULL, \
        new_uuid VARCHAR(36) NOT NULL, new_file VARCHAR(512) NOT NULL, new_position BIGINT UNSIGNED NOT NULL, \
        old_gtid_set LONGTEXT, new_gtid_set LONGTEXT, recorded_at DATETIME(6) NOT NULL, \
        PRIMARY KEY (operation, state)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
        """,
    ]

    /// Adds one row; a second time it is error 1062. Without an anchor (a plan, before the positions are known) the
    /// values are shown as `<…>`.
    public static func insert(_ anchor: Anchor) -> String {
        let values = [
            SQLText.literal(anchor.operation), SQLText.literal(anchor.state.rawValue), String(anchor.epoch),
            SQLText.literal(anchor.oldUUID), SQLText.literal(anchor.oldAddress.host), String(anchor.oldAddress.port),
            SQLText.literal(anchor.oldCoordinates.file), String(anchor.oldCoordinates.position),
            SQLText.literal(anchor.newUUID), SQLText.literal(anchor.newCoordinates.file),
            String(anchor.newCoordinates.position), anchor.oldGTIDSet.map { SQLText.literal($0) } ?? "NULL",
            anchor.newGTIDSet.map { SQLText.literal($0) } ?? "NULL",
        ]
        return insert(values: values)
    }

    /// The statement as a plan shows it while the positions are not known.
    static func insertPreview(operation: String, state: Anchor.State, oldUUID: String, newUUID: String) -> String {
        insert(values: [
            SQLText.literal(operation), SQLText.literal(state.rawValue), "<epoch>", SQLText.literal(oldUUID),
            "<old host>", "<old port>", "<old file>", "<old position>", SQLText.literal(newUUID), "<new file>",
            "<new position>", "<old GTID set>", "<new GTID set>",
        ])
    }

    private static func insert(values: [String]) -> String {
        """
        INSERT INTO replicakit.anchor (operation, state, epoch, old_uuid, old_host, old_port, old_file, old_position, \
        new_uuid, new_file, new_position, old_gtid_set, new_gtid_set, recorded_at) \
        VALUES (\(values.joined(separator: ", ")), UTC_TIMESTAMP(6))
        """
    }

    /// Reads the rows of ``select``; a row that is not an anchor (written by another version) is left out.
    public static func history(_ result: MySQLResult) -> AnchorHistory {
        AnchorHistory(
            result.rows.compactMap { row in
                guard let operation = row.string("operation"), let state = row.string("state"),
                    let epoch: UInt64 = row.integer("epoch"), let oldUUID = row.string("old_uuid"),
                    let oldHost = row.string("old_host"), let oldPort: UInt16 = row.integer("old_port"),
                    let oldFile = row.string("old_file"), let oldPosition: UInt64 = row.integer("old_position"),
                    let newUUID = row.string("new_uuid"), let newFile = row.string("new_file"),
                    let newPosition: UInt64 = row.integer("new_position")
                else { return nil }
                return Anchor(
                    operation: operation,
                    state: Anchor.State(rawValue: state),
                    epoch: epoch,
                    oldUUID: oldUUID,
                    oldAddress: HostAndPort(host: oldHost, port: oldPort),
                    oldCoordinates: BinaryLogCoordinates(file: oldFile, position: oldPosition),
                    newUUID: newUUID,
                    newCoordinates: BinaryLogCoordinates(file: newFile, position: newPosition),
                    oldGTIDSet: row.string("old_gtid_set"),
                    newGTIDSet: row.string("new_gtid_set"),
                    recordedAt: row.string("recorded_at")
                )
            }
        )
    }
}
