import MySQLWire
import ReplicaKit
import ReplicaLab
import Testing

extension OperationSuites {
    @Suite("Replication in a channel with a name")
    struct NamedChannelTests {
        @Test("Switchover, promotion and rejoin")
        func wholeWay() async throws {
            let lab = try await OperationPair.fresh()
            let end = try #require(try await lab.observe(lab.a).source?.coordinates)
            try await lab.run("STOP REPLICA", on: lab.b)
            try await lab.run("RESET REPLICA ALL", on: lab.b)
            let settings = SourceSettings(address: lab.a.server.advertised, credentials: lab.credentials, start: end)
            let dialect = try await lab.observe(lab.b).dialect
            try await lab.run(dialect.changeSource(settings, channel: "main").text, on: lab.b)
            try await lab.run(dialect.startReplica(channel: "main"), on: lab.b)
            try await lab.run("INSERT INTO testdb.products VALUES ('by channel')", on: lab.a)
            try await lab.waitForRows(3, on: lab.b)

            let switchover = SwitchoverOperation(candidate: lab.b.server, others: [lab.a.server])
            let switched = await lab.execute(switchover)
            guard case .done = switched else { throw Unexpected(switched) }
            let follower = try await lab.observe(lab.a).replica
            #expect(follower?.channel == "main" && follower?.isRunning == true)

            // And the other way round by force, with a transaction that is lost.
            try await lab.run("STOP REPLICA IO_THREAD FOR CHANNEL 'main'", on: lab.a)
            try await lab.run("INSERT INTO testdb.products VALUES ('lost')", on: lab.b)
            try await lab.b.kill()
            let promoted = await lab.execute(PromoteOperation(candidate: lab.a.server, others: [lab.b.server]))
            guard case .done = promoted else { throw Unexpected(promoted) }
            try await lab.b.start()
            let rejoin = RejoinOperation(
                old: lab.b.server,
                new: lab.a.server,
                credentials: lab.credentials,
                lost: .discard
            )
            let rejoined = await lab.execute(rejoin)
            guard case .done(let report) = rejoined else { throw Unexpected(rejoined) }
            #expect(report.comparison?.isIdentical == true)
            #expect(try await lab.observe(lab.b).replica?.isRunning == true)
            await lab.end()
        }
    }
}
