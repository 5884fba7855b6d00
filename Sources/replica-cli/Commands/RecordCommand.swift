import ArgumentParser
import Glibc
import MySQLWire
import ReplicaKit
import ReplicaLab
import Synchronization

struct RecordCommand: AsyncParsableCommand, DecidesItsEnd {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Stands between a client and a server and writes down every packet; logins are redacted.",
        discussion: """
            Example:
              replica-cli record 127.0.0.1:3307 --listen 23900 --output session.rec
              mysql --protocol=tcp --port=23900 --ssl-mode=disabled

            Each connection gets a file of its own: session.rec, session-2.rec and so on. It runs until Ctrl-C. What \
            goes through TLS cannot be read: with --hide-tls the client is told that the server has none.
            """
    )

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The server behind the proxy.")
    var server: String

    @Option(help: ArgumentHelp("The loopback port to listen on; 0 takes a free one.", valueName: "port"))
    var listen: UInt16 = 0

    @Option(help: ArgumentHelp("The file of the first recording; none is overwritten.", valueName: "path"))
    var output: String

    @Flag(name: .customLong("hide-tls"), help: "Tell clients that the server has no TLS.")
    var hidesTLS = false

    @Option(help: "A line that says what is recorded, for the file's header.")
    var scenario: String?

    @Option(help: "The client's name and version, for the file's header.")
    var client: String?

    func run() async throws {
        var resolver = try connection.resolver()
        let upstream = try resolver.server(server)
        let target = upstream.configuration
        let files = RecordedFiles(first: output)
        try files.check()
        let options = RecordingProxy.Options(
            upstream: target.endpoint,
            port: listen == 0 ? try Self.freePort() : listen,
            hidden: hidesTLS ? [.ssl] : [],
            scenario: scenario,
            client: client,
            connectTimeout: target.connectTimeout
        )
        do { try await RecordingProxy.requireUpstream(options) } catch { throw CLIFailure(error, on: upstream) }
        let proxy: RecordingProxy
        do {
            proxy = try await RecordingProxy.start(
                options,
                sink: { number throws(MySQLError) in try files.open(number) },
                report: { StandardError.line("replica-cli: \(TerminalText.escaped($0))") }
            )
        } catch { throw CLIFailure.usage("\(error); choose another --listen") }
        StandardError.line("recording 127.0.0.1:\(proxy.port) -> \(target.endpoint); Ctrl-C ends it")
        // Ctrl-C is the way to end it, and no failure.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        await proxy.stop()
        for path in files.paths { StandardError.line("wrote \(path)") }
        if let failure = files.failure { throw CLIFailure(.failed, "\(failure)") }
    }

    private static func freePort() throws(CLIFailure) -> UInt16 {
        do { return try LoopbackPort.free() } catch { throw CLIFailure(error) }
    }
}

/// The files of one run of `record`.
private final class RecordedFiles: Sendable {
    private let first: String
    private let files = Mutex<[RecordingFile]>([])

    init(first: String) {
        self.first = first
    }

    /// Whether the first file can be made, before anybody relies on it.
    func check() throws(CLIFailure) {
        if access(first, F_OK) == 0 {
            throw .usage("--output \(first) exists, and no recording is overwritten: choose another name")
        }
        let folder = first.lastIndex(of: "/").map { $0 == first.startIndex ? "/" : String(first[..<$0]) } ?? "."
        guard access(folder, W_OK | X_OK) == 0 else {
            throw .usage("--output \(first) cannot be made: \(folder): \(String(cString: strerror(errno)))")
        }
    }

    func open(_ number: Int) throws(MySQLError) -> RecordingFile {
        let file = try RecordingFile(path: number == 1 ? first : path(number))
        files.withLock { $0.append(file) }
        return file
    }

    var paths: [String] { files.withLock { $0.map(\.path) } }
    var failure: MySQLError? { files.withLock { $0.lazy.compactMap(\.failure).first } }

    /// `-2` goes before the extension.
    private func path(_ number: Int) -> String {
        let slash = first.lastIndex(of: "/") ?? first.startIndex
        guard let dot = first[slash...].lastIndex(of: "."), dot > slash else { return "\(first)-\(number)" }
        return "\(first[..<dot])-\(number)\(first[dot...])"
    }
}
