import Foundation
import MySQLWire
import ReplicaLab
import Testing

@Suite("A drill on given servers that is interrupted while the source is down", .needsServer, .serialized)
struct BroughtBackTests {
    @Test("starts the source again, and says what is left to do")
    func interrupted() async throws {
        let lab = try await ProgramPair.fresh()
        let (source, replica) = (ProgramPair.address(lab.source), ProgramPair.address(lab.replica))
        let control = try CommandControl(of: lab.source)
        let program = try lab.start(
            [
                "drill", "--yes", "--source", source, "--replica", replica, "--stop-command", control.stopCommand,
                "--start-command", control.startCommand, "--replication-user", lab.pair.lab.accounts.replicationUser,
            ]
        )
        try await program.wait(for: "the replica is promoted")
        program.send(SIGINT)
        #expect(await program.end() == 130)
        #expect(lab.source.isRunning, "\(program.output)")
        #expect(program.output.contains("is started again: \(control.startCommand)"), "\(program.output)")
        let advice = ["rejoin \(source) --to \(replica)", "opens it again"]
        #expect(advice.contains { program.output.contains($0) }, "\(program.output)")
        #expect(try await lab.query("SELECT @@super_read_only", on: lab.source).scalar == "1")
        control.end()
        await lab.end()
    }
}
