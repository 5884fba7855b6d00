import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// Client certificates and the server's RSA key, by the program's options.
@Suite(.needsServer) struct ServerAccessTests {
    private static let password = "s3cret-0f-access"
    private static let question = ["--format", "tsv", "SELECT CURRENT_USER() AS me"]

    /// Makes an account that the server has not seen log in, and drops it at the end.
    private func withAccount(
        _ name: String,
        requiring requirement: String = "",
        _ body: (LabServer, (_ options: [String]) async throws -> Program.Outcome) async throws -> Void
    ) async throws {
        let server = try await LivePair.shared().source
        let root = try await MySQLConnection.connect(to: server.configuration)
        _ = try await root.collect(sql: "DROP USER IF EXISTS \(name)@'127.0.0.1'")
        _ = try await root.collect(
            sql: "CREATE USER \(name)@'127.0.0.1' IDENTIFIED BY \(SQLText.literal(Self.password)) \(requirement)"
        )
        try await body(server) { options in
            try await Program.run(
                ["query", "--no-defaults", "\(name)@127.0.0.1:\(server.port)"] + options + Self.question,
                environment: ["MYSQL_PWD": Self.password]
            )
        }
        _ = try await root.collect(sql: "DROP USER \(name)@'127.0.0.1'")
        await root.close()
    }

    private func expectIn(_ outcome: Program.Outcome, _ name: String, location: SourceLocation = #_sourceLocation) {
        #expect(outcome.status == 0, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.text == "me\n\(name)@127.0.0.1\n", sourceLocation: location)
    }

    private func expectRefused(
        _ outcome: Program.Outcome,
        _ status: Int32,
        saying part: String,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.lines.count == 1 && outcome.output.isEmpty, "\(outcome.errors)", sourceLocation: location)
        #expect(outcome.errors.contains(part), "\(outcome.errors)", sourceLocation: location)
        #expect(!outcome.errors.contains(Self.password), sourceLocation: location)
    }

    @Test func `an account that requires a client certificate`() async throws {
        try await withAccount("cli_x509", requiring: "REQUIRE X509") { server, query in
            let data = server.directory + "/data"
            let files = [
                "--ssl-ca=\(data)/ca.pem", "--ssl-cert=\(data)/client-cert.pem", "--ssl-key=\(data)/client-key.pem",
            ]
            expectIn(try await query(files), "cli_x509")
            expectRefused(try await query([]), 4, saying: "1045")
            // A certificate is nothing without its own key.
            let otherKey = Array(files.dropLast()) + ["--ssl-key=\(data)/server-key.pem"]
            expectRefused(try await query(otherKey), 64, saying: "server-key.pem")
            expectRefused(try await query(Array(files.dropLast())), 64, saying: "no usable PEM key")
            expectRefused(try await query(["--ssl-cert=/nonexistent.pem", files[2]]), 64, saying: "/nonexistent.pem")
        }
    }

    @Test func `in plaintext, by the server's key from a file`() async throws {
        try await withAccount("cli_rsa_file") { server, query in
            let plain = ["--ssl-mode=DISABLED"]
            // Nothing is sent without a key.
            expectRefused(try await query(plain), 4, saying: "--server-public-key-path")
            let other = server.directory + "/data/ca.pem"
            expectRefused(try await query(plain + ["--server-public-key-path=\(other)"]), 64, saying: "key")
            let none = plain + ["--server-public-key-path=/nonexistent.pem"]
            expectRefused(try await query(none), 64, saying: "/nonexistent.pem")
            let key = server.directory + "/data/public_key.pem"
            expectIn(try await query(plain + ["--server-public-key-path=\(key)"]), "cli_rsa_file")
            // Now the server knows the password.
            expectIn(try await query(plain), "cli_rsa_file")
        }
    }

    @Test func `in plaintext, by the key that the server is asked for`() async throws {
        try await withAccount("cli_rsa_asked") { _, query in
            expectRefused(try await query(["--ssl-mode=DISABLED"]), 4, saying: "--get-server-public-key")
            expectIn(try await query(["--ssl-mode=DISABLED", "--get-server-public-key"]), "cli_rsa_asked")
        }
    }

    @Test func `a key that is not this server's gets nobody in`() async throws {
        // The servers of a lab are copies of one, and their keys too.
        let other = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pem").path
        try Data(Self.foreignKey.utf8).write(to: URL(fileURLWithPath: other))
        defer { try? FileManager.default.removeItem(atPath: other) }
        try await withAccount("cli_rsa_wrong") { _, query in
            let outcome = try await query(["--ssl-mode=DISABLED", "--server-public-key-path=\(other)"])
            expectRefused(outcome, 4, saying: "1045")
        }
    }

    private static let foreignKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7KPU+BoHI6g7Pno/1xUq
        NFgiHqRulaHYZ6jQ3rS+AYCEzpuQAludUx69+wML2gGbJhmNOsC6s2KYVCLwy3ws
        5fbN2i8fuK8wRWoKjCAAlLIDht5GrotVWzowPYF0e4nMsu1T3PrQfHPXDF3c7qII
        67hXoPJ2p2xZ2LOSw0BuR7GSQVW/CsWEVpdinT9UP/AqT300RtMNB+rbiQRdEFak
        SF2ayX5vbqaV2SWNZBdmeexbvwC5RutokCiBgK85lU/j5kjkcrVYvAdX0w9aTqBW
        uTyPfrw23iBLSQzwhGfSgZV3u8gbL+XroKeIdZwsZiCybWVV3xVpAK1WhCpNcobY
        UwIDAQAB
        -----END PUBLIC KEY-----

        """
}
