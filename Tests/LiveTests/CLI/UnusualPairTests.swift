import MySQLWire
import ReplicaKit
import ReplicaLab
import TestSupport
import Testing

/// Servers in whose sessions a backslash escapes nothing, a replication password made of what has to be escaped, and
/// another address among the servers than from here.
@Suite(.needsServer) struct UnusualPairTests {
    private static let user = "odd"
    private static let password = #"it's \a "back\\slash\"#

    private func pair() async throws -> ProgramPair {
        let lab = try await ProgramPair.fresh(settings: [
            "sql_mode": "NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES", "bind_address": "127.0.0.1,127.0.0.2",
        ])
        let literal = SQLText.literal(Self.password, noBackslashEscapes: true)
        try await lab.query("CREATE USER \(Self.user)@'%' IDENTIFIED BY \(literal)", on: lab.source)
        try await lab.query("GRANT REPLICATION SLAVE ON *.* TO \(Self.user)@'%'", on: lab.source)
        return lab
    }

    private func run(
        _ lab: ProgramPair,
        _ arguments: [String],
        saying part: String = "done",
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let outcome = try await lab.run(arguments + ["--yes"], environment: ["REPLICATION_PASSWORD": Self.password])
        #expect(outcome.status == 0, "\(arguments): \(outcome.errors)", sourceLocation: location)
        #expect(outcome.text.contains(part), "\(arguments): \(outcome.text)", sourceLocation: location)
    }

    /// The replica's own words for whom it follows.
    private func expectFollows(
        _ replica: LabServer,
        _ address: String,
        _ lab: ProgramPair,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let status = try await lab.query("SHOW REPLICA STATUS", on: replica).firstRow
        let (host, port) = (status?.string("Source_Host") ?? "", status?.string("Source_Port") ?? "")
        #expect("\(host):\(port)" == address, sourceLocation: location)
        #expect(status?.string("Source_User") == Self.user, sourceLocation: location)
        #expect(status?.string("Replica_IO_Running") == "Yes", sourceLocation: location)
    }

    @Test func `literals, password, addresses and rows are what they are, through a failover and back`() async throws {
        let lab = try await pair()
        try await expectOtherModes(lab)
        try await failOverAndBack(lab)
        await lab.end()
    }

    /// A session of an operation has the server's own modes, but for the one that makes other literals necessary.
    private func expectOtherModes(_ lab: ProgramPair) async throws {
        let server = lab.replica
        let before = try await lab.query("SELECT @@sql_mode", on: server).scalar ?? ""
        #expect(before.contains("NO_BACKSLASH_ESCAPES"))
        for others in ["", "ANSI_QUOTES", "STRICT_TRANS_TABLES", "ANSI_QUOTES,STRICT_TRANS_TABLES"] {
            try await lab.query("SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES,\(others)'", on: server)
            let session = try await MySQLServerConnector().connect(to: server.server)
            #expect(try await session.collect(sql: "SELECT @@sql_mode", timeout: .seconds(10)).scalar == others)
            await session.close()
        }
        try await lab.query("SET GLOBAL sql_mode = '\(before)'", on: server)
    }

    /// Switchover, switchover back with the account that the replica has, and a failover whose lost row is kept.
    private func failOverAndBack(_ lab: ProgramPair) async throws {
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        let peers = (source: "127.0.0.2:\(lab.source.port)", replica: "127.0.0.2:\(lab.replica.port)")
        let names = [
            "--server", "one=\(source),advertised=\(peers.source)",
            "--server", "two=\(replica),advertised=\(peers.replica)",
        ]
        try await run(lab, ["switchover", "--to", "two", "--replication-user", Self.user] + names)
        try await expectFollows(lab.source, peers.replica, lab)
        // The password as the server keeps it, for it was not given.
        try await run(lab, ["switchover", "--to", "one"] + names)
        try await expectFollows(lab.replica, peers.source, lab)

        let lost = #"lost \ 'row'"#
        try await lab.query("STOP REPLICA IO_THREAD", on: lab.replica)
        let literal = SQLText.literal(lost, noBackslashEscapes: true)
        try await lab.query("INSERT INTO testdb.products VALUES (\(literal))", on: lab.source)
        try await lab.source.kill()
        try await lab.query("START REPLICA IO_THREAD", on: lab.replica)
        try await run(lab, ["promote", "two"] + names)
        try await lab.source.start()
        let rejoin = ["rejoin", "one", "--to", "two", "--replication-user", Self.user] + names
        try await run(lab, rejoin + ["--lost", "keep"], saying: "data identical")
        try await expectFollows(lab.source, peers.replica, lab)
        for server in [lab.source, lab.replica] {
            #expect(try await lab.rows(on: server) == [lost, "one", "two"])
        }
        // It was done once, and is not done a second time.
        try await run(lab, rejoin + ["--lost", "keep"], saying: "nothing to do")
        #expect(try await lab.rows(on: lab.source) == [lost, "one", "two"])
    }
}
