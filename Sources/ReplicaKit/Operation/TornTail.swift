internal import MySQLWire

/// A relay log that ends in the middle of a transaction, because the source died while it was sending it.
///
/// The position that was read lies inside that transaction, and is never reached: a promotion that waits for it waits
/// in vain. What was executed is the right place then: every transaction that was received whole, and nothing else.
struct TornTail {
    /// ER_MTA_INCONSISTENT_DATA: what STOP REPLICA leaves in the status of such a replica. A start clears it.
    static let errorNumber = 1756
    static let stopSeconds = 90.0

    let channel: String

    /// One number, 1 where the tail is torn: the stopped receiver is still queueing a transaction, the coordinator (or
    /// the only worker) has come to that very one, and no worker applies any other. Told by the commit timestamps, as
    /// anonymous transactions have no other name (all seen on 9.7.4).
    var question: String {
        func of(_ table: String) -> String {
            "performance_schema.replication_applier_status_by_\(table) t WHERE t.CHANNEL_NAME = c.CHANNEL_NAME"
        }
        let queueing = "c.QUEUEING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP"
        return """
            SELECT COUNT(*) FROM performance_schema.replication_connection_status c \
            WHERE c.CHANNEL_NAME = \(SQLText.literal(channel)) AND c.SERVICE_STATE = 'OFF' AND c.QUEUEING_TRANSACTION <> '' \
            AND (EXISTS (SELECT 1 FROM \(of("coordinator")) \
            AND t.PROCESSING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP = \(queueing)) \
            OR (NOT EXISTS (SELECT 1 FROM \(of("coordinator"))) AND EXISTS (SELECT 1 FROM \(of("worker")) \
            AND t.APPLYING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP = \(queueing)))) \
            AND NOT EXISTS (SELECT 1 FROM \(of("worker")) AND t.APPLYING_TRANSACTION <> '' \
            AND t.APPLYING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP <> \(queueing))
            """
    }
}
