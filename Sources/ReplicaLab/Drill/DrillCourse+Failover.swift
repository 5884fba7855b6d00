internal import MySQLWire
internal import ReplicaKit

/// Steps 5 to 8 and 10: ReplicaKit's operations, and a look at what they have done.
extension DrillCourse {
    /// The whole promotion; its second half is step 6.
    func letGoOfTheSource() async throws {
        let environment = environment { [recorder] event in
            if case .stepStarted(let step) = event, step.code == .fenceAfterRestart || step.code == .open {
                recorder.advance(to: DrillStepPlan.all[5])
            }
        }
        let operation = PromoteOperation(candidate: replica, others: [source])
        let report = try Self.report(of: "promote", await operation.prepare(in: environment).execute())
        promotion = report.promotionSeconds.map { Duration.seconds($0).inSeconds }
        anchor = report.anchor
        if let anchor { recorder.note(Self.describe(anchor, source, replica)) }
        swap(&source, &replica)
    }

    func promote() async throws {
        let observed = await ServerObserver(connector: connector).observe(source)
        guard let seen = observed.observation else { throw DrillFailure("\(source.name) cannot be observed") }
        recorder.check("\(source.name) follows nobody", seen.isReplica == false)
        recorder.check("\(source.name) takes writes", seen.isWritable == true)
        try await insert("i_am_new_master", on: source)
        recorder.check("'i_am_new_master' is on \(source.name)", try await has("i_am_new_master", source))
    }

    func bringTheOldSourceBack() async throws {
        recorder.note("\(replica.name): \(try await servers.startSource())")
        try await checkFence(of: replica)
        let report = try await compareApart(source, replica)
        recorder.check("the servers differ", !report.isIdentical)
        let outcome = await rejoin(.refuse)
        guard case .refused(let refusal) = outcome else {
            throw DrillFailure("rejoin did not refuse, although data differs: \(Self.describe(outcome))")
        }
        for line in refusal.reasons.flatMap({ $0.message.split(separator: "\n") }) {
            recorder.note("rejoin refuses: \(line)")
        }
        recorder.check(
            "rejoin refuses by itself, because of what would be lost",
            refusal.reasons.contains { $0.code == .lostTransactions }
        )
        try await nameTheLost()
    }

    /// A write must be refused with 1290 (ER_OPTION_PREVENTS_STATEMENT), also one by root.
    private func checkFence(of server: Server) async throws {
        let table = Self.table
        let number = try await on(server) { session -> UInt16? in
            do throws(MySQLError) {
                _ = try await session.collect(sql: "START TRANSACTION", timeout: Self.patience)
                _ = try await session.collect(sql: "INSERT INTO \(table) VALUES ('refused')", timeout: Self.patience)
                _ = try await session.collect(sql: "ROLLBACK", timeout: Self.patience)
                return nil
            } catch {
                guard let answer = error.server else { throw error }
                return answer.number
            }
        }
        recorder.check("\(server.name) came back fenced: a write is refused", number == 1290)
    }

    func rejoinTheOldSource() async throws {
        _ = try Self.report(of: "rejoin", await rejoin(lost == .discard ? .discard : .keep))
        switch lost {
        case .discard: outcomeOfLost = "discarded: \(replica.name) was made equal to \(source.name)"
        case .keep: outcomeOfLost = "kept: applied to \(source.name), then \(replica.name) was made equal to it"
        }
        let isThere = try await has(lostRow, source)
        recorder.check("the lost row is \(lost == .keep ? "" : "not ")on \(source.name)", isThere == (lost == .keep))
    }

    func switchBack() async throws {
        dataIdentical = nil
        let prefix = "switch_\(mark)_"
        let writer = try await SwitchoverWriter.connect(
            to: [source, replica],
            prefix: prefix,
            connector: plainConnector
        )
        recorder.note("a client writes row after row, on whichever server takes them")
        let writing = Task { await writer.run() }
        do { try await writer.waitForFirstRow(within: Self.patience) } catch {
            writer.stop()
            _ = await writing.value
            throw error
        }
        let operation = SwitchoverOperation(candidate: replica, others: [source], credentials: credentials)
        let outcome = await operation.prepare(in: environment()).execute()
        try? await Task.sleep(for: .milliseconds(100))
        writer.stop()
        let written = await writing.value
        _ = try Self.report(of: "switchover", outcome)
        swap(&source, &replica)
        writePause = written.longestPause.inSeconds
        recorder.check(
            "the client was never let down\(written.failure.map { ": \($0)" } ?? "")",
            written.failure == nil
        )
        recorder.note("the client waited at most \(written.longestPause.inSeconds) s for a write")
        let sql = "SELECT COUNT(*) FROM \(Self.table) WHERE text LIKE \(SQLText.literal(prefix + "%"))"
        let found = try await on(source) { try await $0.collect(sql: sql, timeout: Self.patience).scalar }
        recorder.check("all \(written.acknowledged) acknowledged rows are there", found == "\(written.acknowledged)")
        recorder.check("\(source.name) is the source again", source.name == servers.source.name)
    }
}
