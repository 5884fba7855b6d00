internal import FoundationEssentials
internal import MySQLWire
internal import ReplicaKit

/// One run of the drill: its servers, and what the steps found out for the later ones. Used by one task.
final class DrillCourse {
    let servers: any DrillServers
    let lost: Drill.LostPolicy
    let journal: Journal?
    let recorder: DrillRecorder
    /// For the drill's own statements.
    let ownConnector: any ServerConnector
    /// For ReplicaKit's operations.
    let connector: any ServerConnector
    /// For a client of which nothing is told.
    let plainConnector: any ServerConnector

    /// Who the source is at this moment; the two swap.
    var source: Server
    var replica: Server
    var dialect = Dialect(ServerVersion(.mySQL, 9, 7, 0))
    var version: String?
    /// Nil until they were looked for.
    var lostTransactions: [LostReport.Transaction]?
    var dataIdentical: Bool?
    /// What the last comparison did not look at.
    var notCompared: [String] = []
    var promotion: Double?
    var writePause: Double?
    /// Part of each row's text, so that a drill on servers that saw one before can tell its own rows.
    let mark = String((0..<6).compactMap { _ in "abcdefghjkmnpqrstuvwxyz23456789".randomElement() })
    /// What was done about the lost transactions, for the summary.
    var outcomeOfLost = ""
    /// Where the two parted at the promotion.
    var anchor: Anchor?
    /// What the old source will log in to the new one with.
    var credentials: ReplicationCredentials?

    init(
        servers: any DrillServers,
        lost: Drill.LostPolicy,
        journal: Journal?,
        recorder: DrillRecorder,
        base: any ServerConnector
    ) {
        self.servers = servers
        self.lost = lost
        self.journal = journal
        self.recorder = recorder
        plainConnector = base
        source = servers.source
        replica = servers.replica
        credentials = servers.credentials
        ownConnector = RecordingConnector(base: base) { recorder.record($0, took: $1, isOwn: true) }
        connector = RecordingConnector(base: base) { recorder.record($0, took: $1, isOwn: false) }
    }

    func perform(_ number: Int) async throws {
        switch number {
        case 1: try await beginWithEqualData()
        case 2: try await replicateARow()
        case 3: try await loseATransaction()
        case 4: try await noticeTheLoss()
        case 5: try await letGoOfTheSource()
        case 6: try await promote()
        case 7: try await bringTheOldSourceBack()
        case 8: try await rejoinTheOldSource()
        case 9: try await checkTheRejoined()
        case 10: try await switchBack()
        case 11: try await compareAtTheEnd()
        default: summarise()
        }
    }

    func report(steps: [DrillStep]) -> DrillReport {
        DrillReport(
            server: version,
            steps: steps,
            lostTransactions: lostTransactions,
            dataIdentical: dataIdentical,
            writePauseSeconds: writePause,
            promotionSeconds: promotion
        )
    }

    func serverInfos() -> [DrillServerInfo] {
        [(source, "source"), (replica, "replica")].map { server, role in
            var info = DrillServerInfo(
                name: server.name,
                role: role,
                address: server.configuration.endpoint.description,
                connect: servers.connectCommand(for: server)
            )
            (info.stop, info.directory) = (servers.stopCommand(for: server), servers.directory(of: server))
            return info
        }
    }

    // MARK: What several steps need

    /// Runs statements of the drill's own on a server.
    func on<Result>(_ server: Server, _ body: (any SQLSession) async throws -> Result) async throws -> Result {
        let session = try await ownConnector.connect(to: server)
        do {
            let result = try await body(session)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }

    /// The status of a server that must be a replica of one channel.
    func replicaStatus(of server: Server) async throws -> ReplicaStatus {
        let dialect = dialect
        let statuses = try await on(server) {
            ReplicaStatus.all(try await $0.collect(sql: dialect.showReplicaStatus, timeout: .seconds(10)))
        }
        guard let status = statuses.first, statuses.count == 1 else {
            throw DrillFailure("\(server.name) has \(statuses.count) replication channels; one is expected")
        }
        return status
    }

    /// Waits until the replica has applied everything that the source has written so far.
    func catchUp() async throws {
        let dialect = dialect
        let end = try await on(source) {
            SourceStatus(try await $0.collect(sql: dialect.showBinaryLogStatus, timeout: .seconds(10)))
        }
        guard let end else { throw DrillFailure("\(source.name) writes no binary log") }
        let channel = try await replicaStatus(of: replica).channel
        let answer = try await on(replica) {
            let sql = dialect.waitForPosition(end.coordinates, seconds: 30, channel: channel)
            return try await $0.collect(sql: sql, timeout: .seconds(40)).scalar
        }
        guard let events = answer.flatMap({ Int($0) }), events >= 0 else {
            throw DrillFailure("\(replica.name) did not reach \(end.coordinates) of \(source.name) within 30 s")
        }
    }

    /// Compares both servers at one position, and says what differs.
    func compareBoth() async throws -> ComparisonReport {
        let (left, right) = try await ConsistentSnapshot.openPair(
            source: source,
            replica: replica,
            connector: connector
        )
        do {
            let report = try await DataComparator().compare(left, right)
            await left.close()
            await right.close()
            tell(report)
            return report
        } catch {
            await left.close()
            await right.close()
            throw error
        }
    }

    /// Compares two servers that do not replicate from each other.
    func compareApart(_ left: Server, _ right: Server) async throws -> ComparisonReport {
        let first = try await ConsistentSnapshot.open(on: left, connector: connector)
        do {
            let second = try await ConsistentSnapshot.open(on: right, connector: connector)
            do {
                let report = try await DataComparator().compare(first, second)
                await first.close()
                await second.close()
                tell(report)
                return report
            } catch {
                await second.close()
                throw error
            }
        } catch {
            await first.close()
            throw error
        }
    }

    func tell(_ report: ComparisonReport) {
        for line in DifferenceText.lines(report) { recorder.tell(.note(line)) }
    }

    func checkIdentical(_ report: ComparisonReport) {
        dataIdentical = report.isIdentical
        notCompared = report.notCompared
        recorder.check(
            "data identical: \(report.databasesCompared) databases, \(report.tablesCompared) tables, "
                + "\(report.rowsCompared) rows compared",
            report.isIdentical
        )
    }

    /// Says what is, not what should be.
    func checkRunning(_ status: ReplicaStatus) {
        recorder.check("IO \(status.receiver?.description ?? "unknown")", status.receiver == .yes)
        recorder.check("SQL \(status.applier?.description ?? "unknown")", status.applier == .yes)
        let lag = status.secondsBehindSource.map { "\($0) s" } ?? "unknown"
        recorder.check("behind its source: \(lag)", status.secondsBehindSource == 0)
        let errors = (status.receiverError, status.applierError)
        recorder.check(errors.0.map { "receiver \($0)" } ?? "no receiver error", errors.0 == nil)
        recorder.check(errors.1.map { "applier \($0)" } ?? "no applier error", errors.1 == nil)
    }

    /// Reads the status until the replica says it runs, without error and without lag; the latest status in any case.
    func settledStatus(of server: Server) async throws -> ReplicaStatus {
        let deadline = ContinuousClock.now + .seconds(20)
        var status = try await replicaStatus(of: server)
        while !(status.isRunning && status.secondsBehindSource == 0), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
            status = try await replicaStatus(of: server)
        }
        return status
    }
}
