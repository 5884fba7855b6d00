internal import MySQLWire

/// Waits on a replica until it has applied a position of its source.
struct PositionWait: Sendable {
    private let replica: DataSession
    private let function: String
    private let channel: String

    /// Finds the channel that leads from this source to this replica.
    ///
    /// - Throws: ``DataError/Code/notItsReplica`` when there is none.
    static func prepare(source: DataSession, replica: DataSession) async throws(DataError) -> PositionWait {
        let uuid = try await source.run("SELECT @@server_uuid", "reading the source's identity").scalar ?? ""
        guard let channel = try await channel(from: uuid, to: replica) else {
            throw DataError(
                .notItsReplica,
                server: replica.name,
                message: "\(replica.name) does not replicate from \(source.name)"
            )
        }
        return PositionWait(replica: replica, function: try await knownFunction(replica), channel: channel)
    }

    /// A receiver that has just connected says Yes before it has asked whom it is connected to (seen on 9.7.4, on a busy
    /// machine): a channel without a source's uuid is looked at again.
    private static func channel(from uuid: String, to replica: DataSession) async throws(DataError) -> String? {
        for _ in 0..<100 {
            let channels = try await replica.run(
                """
                SELECT CHANNEL_NAME AS name, SOURCE_UUID AS uuid, SERVICE_STATE AS state \
                FROM performance_schema.replication_connection_status
                """,
                "looking for the source among the replica's channels"
            )
            if let found = channels.rows.first(where: { $0.string("uuid") == uuid }) { return found.string("name") }
            let isOpen = channels.rows.contains { row in
                row.string("state") != "OFF" && row.string("uuid")?.contains("-") != true
            }
            guard isOpen else { return nil }
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                return nil
            }
        }
        return nil
    }

    /// - Returns: false when the time passed first.
    /// - Throws: ``DataError/Code/replicaNotApplying``.
    func until(_ position: BinaryLogCoordinates, timeout: Duration) async throws(DataError) -> Bool {
        // The function takes whole seconds, at least one: 0 would wait for ever.
        let seconds = max(1, timeout.components.seconds)
        let result = try await replica.run(
            """
            SELECT \(function)(\(SQLText.literal(position.file)), \(position.position), \(seconds), \
            \(SQLText.literal(channel)))
            """,
            "waiting for the replica",
            timeout: .seconds(seconds + 5)
        )
        guard let row = result.firstRow, let answer: Int64 = row.integer(at: 0) else {
            throw DataError(
                .replicaNotApplying,
                server: replica.name,
                message: "the replica's applier is not running\(await applierError()), so it will not reach \(position)"
            )
        }
        return answer >= 0
    }

    /// What stopped the applier, in brackets; empty where the server does not tell.
    private func applierError() async -> String {
        for statement in ["SHOW REPLICA STATUS", "SHOW SLAVE STATUS"] {
            guard let result = try? await replica.session.collect(sql: statement, timeout: .seconds(10)) else {
                continue
            }
            let status = ReplicaStatus.all(result).first { $0.channel == channel }
            return status?.applierError.map { " (\($0))" } ?? ""
        }
        return ""
    }

    private static func knownFunction(_ replica: DataSession) async throws(DataError) -> String {
        do {
            // NULL arguments: answers at once.
            _ = try await replica.session.collect(sql: "SELECT SOURCE_POS_WAIT(NULL, NULL, 1)", timeout: .seconds(10))
            return "SOURCE_POS_WAIT"
        } catch {
            // Older than 8.0.26.
            guard let number = error.server?.number,
                number == ServerErrorNumber.noSuchRoutine || number == ServerErrorNumber.noDatabaseSelected
            else {
                throw replica.dataError(error, "waiting for the replica")
            }
            return "MASTER_POS_WAIT"
        }
    }
}
