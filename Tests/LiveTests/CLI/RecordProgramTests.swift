import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

/// `record` as a person uses it: started, MySQL's own client through it, Ctrl-C, and the file read again.
@Suite(.needsServer, .enabled(if: MySQLProgram.isAvailable, "no mysql beside mysqld"))
struct RecordProgramTests {
    private let server: LabServer
    private let folder: TestFolder

    init() async throws {
        server = try await LivePair.shared().source
        folder = try TestFolder()
    }

    private var password: String { server.accounts.rootPassword.withBytes { String(decoding: $0, as: UTF8.self) } }

    /// Starts `record` and waits until it listens.
    ///
    /// - Parameter upstream: the port of the server behind it; the shared source's if nil.
    /// - Returns: the program, and the port that it says it listens on.
    private func start(
        _ output: String,
        _ options: [String] = [],
        upstream: UInt16? = nil
    ) async throws -> (RunningProgram, UInt16) {
        let address = "127.0.0.1:\(upstream ?? server.port)"
        let program = try RunningProgram.start(
            ["record", "--no-defaults", address, "--output", folder.path + "/" + output] + options
        )
        try await program.wait(for: "Ctrl-C ends it")
        let line = try #require(program.output.firstMatch(of: #/recording 127\.0\.0\.1:(\d+) -> (\S+);/#))
        #expect(line.2 == address)
        return (program, try #require(UInt16(line.1)))
    }

    private func mysql(_ port: UInt16, _ sql: String, _ options: [String] = []) async throws -> MySQLProgram.Output {
        try await MySQLProgram.find().run(
            ["--no-defaults", "--host=127.0.0.1", "--port=\(port)", "--user=root"] + options + ["-e", sql],
            password: password,
            input: ""
        )
    }

    /// Ctrl-C: what it printed, all of it.
    private func end(_ program: RunningProgram, status: Int32 = 0) async -> String {
        program.send(SIGINT)
        #expect(await program.end() == status, "\(program.output)")
        return program.output
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
    }

    private func recording(_ name: String) throws -> Recording {
        let text = try text(name)
        let recording = try RecordingParser.parse(text)
        #expect(RecordingWriter.text(of: recording) == text)
        #expect(recording.header.recorder == "proxy")
        let hex = password.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(!text.contains(password) && !text.replacing("\n  ", with: "").contains(hex))
        return recording
    }

    @Test func `each connection of mysql is a file that can be replayed, without the password`() async throws {
        let options = ["--hide-tls", "--scenario", "two questions", "--client", "mysql by hand"]
        let (program, port) = try await start("a.session.rec", options)
        for word in ["one", "two", "three"] {
            let output = try await mysql(port, "SELECT '\(word)' AS word, NULL", ["--get-server-public-key"])
            #expect(output.status == 0, "\(output.standardError)")
            #expect(output.standardOutput == "word\tNULL\n\(word)\tNULL\n")
        }
        let said = await end(program)
        let connection = try await MySQLConnection.connect(to: server.configuration)
        let version = connection.serverVersion
        await connection.close()
        for (name, word) in [("a.session.rec", "one"), ("a.session-2.rec", "two"), ("a.session-3.rec", "three")] {
            #expect(said.contains("wrote \(folder.path)/\(name)\n"))
            let recording = try recording(name)
            #expect(recording.header.scenario == "two questions")
            #expect(recording.header.client == "mysql by hand")
            #expect(recording.header.server == version)
            #expect(recording.header.tls == .none)
            #expect(recording.header.notes.contains { $0.contains("CLIENT_SSL") })
            let events = try Replay.run(recording).map(\.description)
            #expect(events.contains("row '\(word)' NULL"), "\(events)")
            #expect(try text(name).contains("; COM_QUERY SELECT '\(word)' AS word, NULL\n"))
            // Behind COM_QUIT both hang up, and either may be seen first.
            #expect(try text(name).contains(#/! closed [CS]\n$/#))
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.count == 3)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/a.session.rec")[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `a client that uses TLS works too, and is recorded up to there`() async throws {
        let (program, port) = try await start("opaque")
        for _ in 1...2 {
            let output = try await mysql(port, "SHOW STATUS LIKE 'Ssl_cipher'", ["--ssl-mode=REQUIRED"])
            #expect(output.status == 0 && output.standardOutput.contains("TLS_"))
        }
        _ = await end(program)
        for name in ["opaque", "opaque-2"] {
            let recording = try recording(name)
            #expect(recording.header.tls == .opaque)
            #expect(recording.entries.contains(.event(.opaque("tls"))))
        }
    }

    /// What cannot work is said at the start, in one line.
    private func refused(_ output: String, upstream: UInt16, status: Int32) async throws -> String {
        let outcome = try await Program.run(
            ["record", "--no-defaults", "127.0.0.1:\(upstream)", "--output", folder.path + "/" + output]
        )
        #expect(outcome.status == status)
        #expect(outcome.lines.count == 1)
        return outcome.errors
    }

    @Test func `a file that is there already stays as it is`() async throws {
        let path = try folder.write("precious", "kept.rec")
        let said = try await refused("kept.rec", upstream: server.port, status: 64)
        #expect(said.contains("\(path) exists"))
        #expect(try text("kept.rec") == "precious")
    }

    @Test func `the port that is named is the one that it listens on, once`() async throws {
        let (first, port) = try await start("first.rec")
        _ = await end(first)
        let (program, again) = try await start("again.rec", ["--listen", "\(port)"])
        #expect(again == port)
        let second = try await Program.run(
            ["record", "--no-defaults", "127.0.0.1:\(server.port)", "--output", folder.path + "/second.rec"]
                + ["--listen", "\(port)"]
        )
        #expect(second.status == 64)
        #expect(second.lines.count == 1)
        #expect(second.errors.contains("127.0.0.1:\(port)"))
        _ = await end(program)
    }

    @Test func `Ctrl-C in the middle of a session ends it, and its file is whole`() async throws {
        let (program, port) = try await start("cut.rec", ["--hide-tls"])
        var configuration = server.configuration
        configuration.endpoint = .tcp(host: "127.0.0.1", port: port)
        configuration.tls = TLSConfiguration(mode: .disabled)
        configuration.getServerPublicKey = true
        let connection = try await MySQLConnection.connect(to: configuration)
        #expect(try await connection.collect(sql: "SELECT 'still there'").scalar == "still there")
        _ = await end(program)
        let error = await #expect(throws: MySQLError.self) { try await connection.ping(timeout: .seconds(20)) }
        #expect(error?.code == .connectionClosed)
        let events = try Replay.run(try recording("cut.rec")).map(\.description)
        #expect(events.contains("row 'still there'"))
    }

    @Test func `a server that is not there is told at the start`() async throws {
        let said = try await refused("none.rec", upstream: 1, status: 5)
        #expect(said.contains("127.0.0.1:1: Connection refused"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
