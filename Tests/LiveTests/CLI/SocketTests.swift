import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// Servers that are reached by a socket, which their peers cannot use.
@Suite(.needsServer) struct SocketTests {
    @Test func `what the old source shall follow is the address that the server tells, or that was given`() async throws
    {
        let lab = ProgramPair(pair: try await LivePair.shared())
        let (socket, port) = (lab.replica.socketPath, lab.replica.port)
        let definition = "b=\(socket),advertised=db2.example:3307"
        for (arguments, place) in [
            (["--to", socket], "SOURCE_HOST = '127.0.0.1', SOURCE_PORT = \(port)"),
            (["--to", "b", "--server", definition], "SOURCE_HOST = 'db2.example', SOURCE_PORT = 3307"),
        ] {
            let account = ["--replication-user", lab.pair.lab.accounts.replicationUser]
            let outcome = try await lab.run(["switchover", "--dry-run"] + account + arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.text.contains(place), "\(outcome.text)")
        }
    }

    @Test func `one that tells no address is refused, with what to write`() async throws {
        let lab = try await LiveServers.openLab()
        let server = try await lab.startServer("silent", serverID: 1, settings: ["report_host": ""])
        for command in [
            ["switchover", "--to", server.socketPath], ["rejoin", "127.0.0.1:1", "--to", server.socketPath],
        ] {
            let outcome = try await Program.run(
                [command[0], "--defaults-file", server.clientOptionFile, "--yes"] + command.dropFirst()
            )
            #expect(outcome.status == 64 && outcome.lines.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains("--server NAME=\(server.socketPath),advertised=HOST:PORT"))
        }
        await lab.stopAll()
    }
}
