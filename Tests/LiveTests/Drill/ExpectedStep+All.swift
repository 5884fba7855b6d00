import ReplicaLab

extension ExpectedStep {
    private static let (source, replica) = ("mysql-source", "mysql-replica")
    private static let running: [TextPattern] = [
        "IO Yes", "SQL Yes", "behind its source: 0 s", "no receiver error", "no applier error",
    ]
    private static let snapshot: TextPattern = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"

    private static func identical(_ rows: String) -> TextPattern {
        TextPattern("data identical: 1 databases, 1 tables, \(rows) rows compared")
    }

    /// A place of parting, in that state.
    private static func anchor(_ state: String) -> TextPattern {
        TextPattern("INSERT INTO replicakit.anchor … '\(state)', #, …")
    }

    private static let follow: TextPattern = """
        CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = #, SOURCE_USER = 'repl', \
        SOURCE_PASSWORD = '<redacted>', SOURCE_LOG_FILE = 'binlog.#', SOURCE_LOG_POS = #, SOURCE_AUTO_POSITION = 0, …
        """

    /// The twelve, on servers that the drill started itself.
    static func all(_ lost: Drill.LostPolicy) -> [ExpectedStep] {
        [equalData, arrival, loss, noticed, letGo, promoted, back, rejoined(lost), running(lost), switched, atTheEnd]
            + [summary(lost)]
    }

    private static var equalData: ExpectedStep {
        ExpectedStep(
            checks: running + [identical("3")],
            statements: [
                (source, "CREATE DATABASE IF NOT EXISTS testdb"),
                (source, "CREATE TABLE IF NOT EXISTS testdb.products (text VARCHAR(40))"),
                (source, "INSERT INTO testdb.products VALUES ('apple'), ('pear'), ('pear')"),
                (source, "SET PERSIST_ONLY super_read_only = ON"), (replica, "SET PERSIST super_read_only = ON"),
                (replica, "SELECT SOURCE_POS_WAIT('binlog.#', #, #)"), (replica, "SHOW REPLICA STATUS"),
                (source, "FLUSH TABLES WITH READ LOCK"), (source, snapshot), (replica, snapshot),
                (source, "UNLOCK TABLES"), (replica, "SELECT … FROM `testdb`.`products`"),
            ]
        )
    }

    private static var arrival: ExpectedStep {
        ExpectedStep(
            checks: ["the row is on mysql-replica # s after its commit"],
            statements: [
                (source, "INSERT INTO testdb.products VALUES ('i_arrive_on_the_replica_…')"),
                (replica, "SELECT COUNT(*) FROM testdb.products WHERE text = 'i_arrive_on_the_replica_…'"),
            ]
        )
    }

    private static var loss: ExpectedStep {
        ExpectedStep(
            checks: ["the row is not on mysql-replica"],
            statements: [
                (replica, "STOP REPLICA IO_THREAD"),
                (source, "INSERT INTO testdb.products VALUES ('never_received_…')"),
                (replica, "SELECT COUNT(*) FROM testdb.products WHERE text = 'never_received_…'"),
                (replica, "START REPLICA IO_THREAD"),
            ],
            notes: ["the network between the two is cut: …", "mysql-source is dead: kill -KILL #"]
        )
    }

    private static var noticed: ExpectedStep {
        ExpectedStep(
            checks: ["IO Connecting", "SQL Yes", "behind its source: unknown"],
            statements: [(replica, "SHOW REPLICA STATUS")],
            notes: ["the receiver says: error 2003, …"]
        )
    }

    private static var letGo: ExpectedStep {
        ExpectedStep(
            statements: [
                (replica, "STOP REPLICA IO_THREAD"), (replica, "SHOW REPLICA STATUS"), (replica, "STOP REPLICA"),
                (replica, "SHOW BINARY LOG STATUS"), (replica, anchor("promoting")), (replica, "RESET REPLICA ALL"),
                (replica, "SHOW REPLICA STATUS"),
            ]
        )
    }

    private static var promoted: ExpectedStep {
        ExpectedStep(
            checks: [
                "mysql-replica follows nobody", "mysql-replica takes writes", "'i_am_new_master' is on mysql-replica",
            ],
            statements: [
                (replica, "SET PERSIST_ONLY super_read_only = ON"), (replica, "SET GLOBAL read_only = OFF"),
                (replica, anchor("promoted")), (replica, "INSERT INTO testdb.products VALUES ('i_am_new_master')"),
                (replica, "SELECT COUNT(*) FROM testdb.products WHERE text = 'i_am_new_master'"),
            ],
            notes: ["they parted at binlog.#:# of mysql-source and binlog.#:# of mysql-replica"]
        )
    }

    private static var back: ExpectedStep {
        ExpectedStep(
            checks: [
                "mysql-source came back fenced: a write is refused", "the servers differ",
                "rejoin refuses by itself, because of what would be lost",
                "the lost transaction is named by its content",
            ],
            statements: [(source, "INSERT INTO testdb.products VALUES ('refused')"), (source, snapshot)],
            notes: [
                "mysql-source: started mysqld again, process #",
                "testdb.products: only on mysql-source: text=never_received_…",
                "testdb.products: only on mysql-replica: text=i_am_new_master",
                "rejoin refuses: mysql-source holds 1 transaction(s) that mysql-replica never received:",
                "rejoin refuses:     insert testdb.products: text=never_received_…",
                "lost: binlog.#:#, …: insert testdb.products: text=never_received_…",
            ]
        )
    }

    private static func rejoined(_ lost: Drill.LostPolicy) -> ExpectedStep {
        let kept: [(server: String, sql: TextPattern)] = [
            (replica, "START TRANSACTION"), (replica, "INSERT INTO `testdb`.`products` (`text`) VALUES (…)"),
            (replica, anchor("kept")), (replica, "COMMIT"),
        ]
        let discarded: [(server: String, sql: TextPattern)] = [
            (source, "DELETE FROM `testdb`.`products` WHERE … LIMIT 1")
        ]
        return ExpectedStep(
            checks: ["the lost row is \(lost == .keep ? "" : "not ")on mysql-replica"].map { TextPattern($0) },
            statements: [(source, "SET PERSIST super_read_only = ON")] + (lost == .keep ? kept : [])
                + [
                    (source, "SET GLOBAL offline_mode = ON"), (replica, "FLUSH TABLES WITH READ LOCK"),
                    (replica, snapshot), (replica, "SHOW BINARY LOG STATUS"), (replica, "UNLOCK TABLES"),
                    (source, "SET SESSION sql_log_bin = 0"),
                ] + (lost == .keep ? [] : discarded)
                + [
                    (source, "INSERT INTO `testdb`.`products` (`text`) VALUES (…)"),
                    (source, "SET GLOBAL super_read_only = ON"), (source, "SET GLOBAL offline_mode = OFF"),
                    (source, follow), (source, "START REPLICA"), (replica, snapshot), (replica, anchor("used")),
                    (replica, "SELECT COUNT(*) FROM testdb.products WHERE text = 'never_received_…'"),
                ],
            notes: ["only on mysql-source:   insert testdb.products: text=never_received_…"]
        )
    }

    private static func running(_ lost: Drill.LostPolicy) -> ExpectedStep {
        ExpectedStep(
            checks: running + [identical(lost == .keep ? "6" : "5")],
            statements: [
                (replica, "SHOW BINARY LOG STATUS"), (source, "SELECT SOURCE_POS_WAIT('binlog.#', #, #)"),
                (source, "SHOW REPLICA STATUS"), (replica, "FLUSH TABLES WITH READ LOCK"), (replica, snapshot),
                (source, snapshot), (replica, "UNLOCK TABLES"), (source, "SELECT … FROM `testdb`.`products`"),
            ]
        )
    }

    private static var switched: ExpectedStep {
        ExpectedStep(
            checks: [
                "the client was never let down", "all # acknowledged rows are there",
                "mysql-source is the source again",
            ],
            statements: [
                (replica, "SET PERSIST super_read_only = ON"), (replica, "SHOW BINARY LOG STATUS"),
                (source, "SELECT SOURCE_POS_WAIT('binlog.#', #, #)"), (source, "STOP REPLICA"),
                (source, anchor("switching")), (source, "SET GLOBAL read_only = OFF"), (source, anchor("switched")),
                (source, "SET PERSIST_ONLY super_read_only = ON"),
                (replica, follow), (replica, "START REPLICA"), (source, "RESET REPLICA ALL"), (source, anchor("used")),
                (source, "SELECT COUNT(*) FROM testdb.products WHERE text LIKE 'switch_…_%'"),
            ],
            notes: [
                "a client writes row after row, on whichever server takes them",
                "the client waited at most # s for a write",
            ]
        )
    }

    private static var atTheEnd: ExpectedStep {
        ExpectedStep(
            checks: [
                "mysql-source takes writes", "mysql-source is the source", "mysql-replica is fenced",
                "mysql-replica is a replica", "mysql-source is the source again",
            ] + running + [identical("#")],
            statements: [
                (source, "SHOW BINARY LOG STATUS"), (replica, "SELECT SOURCE_POS_WAIT('binlog.#', #, #)"),
                (replica, "SHOW REPLICA STATUS"), (source, "FLUSH TABLES WITH READ LOCK"), (source, snapshot),
                (replica, snapshot), (source, "UNLOCK TABLES"), (replica, "SELECT … FROM `testdb`.`products`"),
            ]
        )
    }

    private static func summary(_ lost: Drill.LostPolicy) -> ExpectedStep {
        let done =
            lost == .keep
            ? "kept: applied to mysql-replica, then mysql-source was made equal to it"
            : "discarded: mysql-source was made equal to mysql-replica"
        return ExpectedStep(
            notes: DrillStepPlan.all.dropLast().map { TextPattern("#:#  \($0.number). \($0.name)") } + [
                "lost: binlog.#:#, …: insert testdb.products: text=never_received_…",
                TextPattern("done about it: \(done)"),
                "promotion, from confirmed death to verified write: # s", "write pause of the switchover: # s",
                "data of both servers: identical",
            ]
        )
    }
}
