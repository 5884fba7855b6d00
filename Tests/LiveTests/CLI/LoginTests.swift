import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

@Suite(.needsServer) struct LoginTests {
    @Test func `a wrong password is exit 4, and the line says where and what to do`() async throws {
        let server = try await LivePair.shared().source
        let outcome = try await Program.run(
            ["query", "--no-defaults", "root@127.0.0.1:\(server.port)", "select 1"],
            environment: ["MYSQL_PWD": "wrong"]
        )
        #expect(outcome.status == 4)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors.contains("127.0.0.1:\(server.port)"))
        #expect(outcome.errors.contains("1045"))
        #expect(!outcome.errors.contains("wrong"))
    }

    @Test func `the password comes from a file, from the environment, or from a URL`() async throws {
        let server = try await LivePair.shared().source
        let password = server.accounts.rootPassword.withBytes { String(decoding: $0, as: UTF8.self) }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data("\(password)\nmore".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let address = "root@127.0.0.1:\(server.port)"
        let calls: [([String], [String: String])] = [
            (["--password-file", file.path, address], [:]),
            ([address], ["MYSQL_PWD": password]),
            (["mysql://root:\(password)@127.0.0.1:\(server.port)/mysql"], [:]),
            (["--socket", server.socketPath, "--user", "root"], ["MYSQL_PWD": password]),
            (["root@\(server.socketPath)"], ["MYSQL_PWD": password]),
            (["--defaults-file", server.clientOptionFile, "--host", "127.0.0.1"], [:]),
        ]
        for (arguments, environment) in calls {
            let outcome = try await Program.run(
                ["query", "--format", "tsv"] + arguments + ["select substring_index(user(), '@', 1) as user"],
                environment: environment
            )
            #expect(outcome.text == "user\nroot\n")
            #expect(outcome.status == 0)
        }
    }

    @Test func `TLS is required of a server that is not on this machine's own address`() async throws {
        let server = try await LivePair.shared().source
        let outcome = try await Program.run(
            [
                "query", "--defaults-file", server.clientOptionFile, "--format", "tsv", "--ssl-mode", "required",
                "127.0.0.1:\(server.port)", "show session status like 'Ssl_version'",
            ])
        #expect(outcome.text.contains("TLSv1."))
        let untrusted = try await Program.run(
            [
                "query", "--defaults-file", server.clientOptionFile, "--ssl-mode", "verify_ca",
                "127.0.0.1:\(server.port)", "select 1",
            ])
        #expect(untrusted.status == 5)
        #expect(untrusted.errors.contains("--ssl-ca"))
    }
}
