import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// What a changing command asks on a terminal: whether the plan is to be carried out, and the replication password.
@Suite(.needsServer, .enabled(if: PseudoTerminal.isAvailable, "no script(1) to make a terminal with"))
struct ConfirmedProgramTests {
    private static let question = "Carry this plan out? [y/N]"

    @Test func `only yes carries the plan out, with the account of --replication-password-file`() async throws {
        let lab = try await ProgramPair.fresh()
        try await lab.query("SET PERSIST super_read_only = ON", on: lab.replica)
        let arguments = ["switchover", "--to", ProgramPair.address(lab.replica)]
        try await lab.expectUnchanged {
            for (answer, expected) in [("n\n", Int32(2)), ("\n", 2), ("yep\n", 2), ("\u{4}", 2), ("\u{3}", 130)] {
                let typing = [(after: Self.question, text: answer)]
                let (status, shown) = try await lab.onTerminal(arguments, typing: typing)
                #expect(status == expected, "\(answer.debugDescription): \(shown)")
                #expect(shown.contains("Plan: ") && shown.contains("CHANGE REPLICATION SOURCE TO"), "\(shown)")
                #expect(shown.contains("nothing was changed") == (expected == 2), "\(shown)")
            }
        }
        try await withPasswordFile(lab.pair.lab.accounts.replicationPassword) { file in
            let (status, shown) = try await lab.onTerminal(
                arguments + ["--replication-user", lab.pair.lab.accounts.replicationUser]
                    + ["--replication-password-file", file],
                typing: [(after: Self.question, text: "y\n")],
                without: "REPLICATION_PASSWORD"
            )
            #expect(status == 0 && shown.contains("✓ switchover: done"), "\(shown)")
            let dry = try await lab.run(["switchover", "--to", ProgramPair.address(lab.source), "--dry-run"])
            #expect(dry.status == 0, "\(dry.errors)")
        }
        #expect(try await lab.isWritable(lab.replica))
        #expect(try await !lab.isWritable(lab.source))
        let status = try await lab.query("SHOW REPLICA STATUS", on: lab.source).firstRow
        #expect(status?.string("Source_User") == lab.pair.lab.accounts.replicationUser)
        #expect(status?.string("Replica_IO_Running") == "Yes")
        await lab.end()
    }

    @Test func `the replication password comes from a file before the environment, or is asked for without an echo`()
        async throws
    {
        let lab = ProgramPair(pair: try await LivePair.shared())
        let accounts = lab.pair.lab.accounts
        let dry = ["switchover", "--to", ProgramPair.address(lab.replica), "--dry-run"]
        let named = dry + ["--replication-user", accounts.replicationUser]
        let wrong = ["REPLICATION_PASSWORD": "wr0ng-s3cret"]
        try await withPasswordFile(accounts.replicationPassword) { file in
            let right = try await lab.run(named + ["--replication-password-file", file], environment: wrong)
            #expect(right.status == 0 && right.errors.isEmpty, "\(right.errors)")
        }
        let refused = try await lab.run(named, environment: wrong)
        #expect(refused.status == 6 && refused.lines.count == 1, "\(refused.errors)")
        #expect(!refused.errors.contains("wr0ng-s3cret"), "\(refused.errors)")

        let question = "Password of the replication account \(accounts.replicationUser): "
        let password = accounts.replicationPassword.withBytes { String(decoding: $0, as: UTF8.self) }
        for (typed, expected) in [(password, Int32(0)), ("wr0ng-s3cret", 6)] {
            let (status, shown) = try await lab.onTerminal(
                named,
                typing: [(after: question, text: typed + "\n")],
                without: "REPLICATION_PASSWORD"
            )
            #expect(status == expected, "\(shown)")
            #expect(shown.contains(question) && !shown.contains(typed), "\(shown)")
        }
    }

    @Test func `a replication password that cannot be had is a usage error, and says which option it is about`()
        async throws
    {
        let lab = ProgramPair(pair: try await LivePair.shared())
        let dry = ["switchover", "--to", ProgramPair.address(lab.replica), "--dry-run"]
        let missing = try await lab.run(
            dry + ["--replication-user", "repl", "--replication-password-file", "/nonexistent/password"]
        )
        #expect(missing.status == 64 && missing.lines.count == 1)
        #expect(missing.errors.contains("--replication-password-file"), "\(missing.errors)")
        try await withPasswordFile(Secret("x")) { file in
            let nobody = try await lab.run(dry + ["--replication-password-file", file])
            #expect(nobody.status == 64 && nobody.errors.contains("needs --replication-user"), "\(nobody.errors)")
        }
        // setsid: without a controlling terminal there is no /dev/tty.
        let unasked = try await Program.run(
            ["-w", "env", "-u", "REPLICATION_PASSWORD", Program.path, "switchover"]
                + ["--defaults-file", lab.source.clientOptionFile, "--replication-user", "repl"] + dry.dropFirst(),
            program: "/usr/bin/setsid"
        )
        #expect(unasked.status == 64 && unasked.lines.count == 1, "\(unasked.errors)")
        #expect(unasked.errors.contains("--replication-password-file or REPLICATION_PASSWORD"), "\(unasked.errors)")
    }

    private func withPasswordFile(_ password: Secret, _ body: (String) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let text = password.withBytes { String(decoding: $0, as: UTF8.self) }
        try Data("\(text)\r\nmore\n".utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, 0o600)
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await body(file)
    }
}
