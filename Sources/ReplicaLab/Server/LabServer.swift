internal import FoundationEssentials
internal import Glibc
package import MySQLWire
package import ReplicaKit
internal import Synchronization

/// One real mysqld: its folder, its port, and the process while it runs.
///
/// start, stop, kill and restart are for one task at a time; the rest may be called from anywhere.
package final class LabServer: Sendable {
    package let name: String
    package let serverID: UInt32
    /// Holds the data directory, the socket, the error log and the option files.
    package let directory: String
    package let accounts: LabAccounts
    private let program: ServerProgram
    private let reservation: LoopbackPort
    private struct Life {
        var process: SupervisedProcess?
        /// The lab is over: what starts after this is ended at once.
        var isOver = false
    }
    private let life = Mutex(Life())
    private let needsAccounts = Mutex(true)

    init(
        name: String,
        serverID: UInt32,
        directory: String,
        accounts: LabAccounts,
        program: ServerProgram,
        port: LoopbackPort,
        settings: [String: String]
    ) throws(LabError) {
        self.name = name
        self.serverID = serverID
        self.directory = directory
        self.accounts = accounts
        self.program = program
        self.reservation = port
        let options = ServerOptions(directory: directory, port: port.number, serverID: serverID, settings: settings)
        try Self.write(options.text, to: optionFile)
        try Self.write(accounts.initialisation(), to: accountFile)
        try Self.write(accounts.clientOptions(port: port.number), to: clientOptionFile)
    }

    package var port: UInt16 { reservation.number }
    package var socketPath: String { "\(directory)/mysqld.sock" }
    package var errorLog: String { "\(directory)/error.log" }
    /// For MySQL's own client: `mysql --defaults-file=…`. Holds the password, readable by its owner only.
    package var clientOptionFile: String { "\(directory)/client.cnf" }
    private var optionFile: String { "\(directory)/my.cnf" }
    private var accountFile: String { "\(directory)/accounts.sql" }

    /// How to connect as root, over TCP and TLS.
    package var configuration: MySQLConfiguration {
        MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: port),
            username: "root",
            password: accounts.rootPassword
        )
    }

    /// As the operations of ReplicaKit take it.
    package var server: Server {
        Server(name: name, configuration: configuration, advertised: HostAndPort(host: "127.0.0.1", port: port))
    }

    /// The process id of mysqld; nil where it does not run.
    package var processID: Int32? { running?.processID }
    package var isRunning: Bool { running != nil }

    private var running: SupervisedProcess? {
        life.withLock { $0.process }.flatMap { $0.ended == nil ? $0 : nil }
    }

    /// Starts the server and returns when it greets on its port.
    package func start(within timeout: Duration = .seconds(60)) async throws(LabError) {
        guard running == nil else { throw .wrongState(server: name, "it runs already") }
        // After a SIGKILL the old socket is still there; a new one says that this very process has its port.
        unlink(socketPath)
        var arguments = [program.path, "--defaults-file=\(optionFile)"]
        let isFirst = needsAccounts.withLock { $0 }
        if isFirst { arguments.append("--init-file=\(accountFile)") }
        let started = try await SupervisedProcess.start(arguments, console: "\(directory)/console.log")
        let isOver = life.withLock {
            $0.process = started
            return $0.isOver
        }
        if isOver { started.endNow() }
        do {
            try await waitUntilReady(started, within: timeout)
        } catch {
            started.endNow()
            _ = await started.waitUntilEnded(within: .seconds(10))
            throw error
        }
        if isFirst {
            unlink(accountFile)
            needsAccounts.withLock { $0 = false }
        }
    }

    private func waitUntilReady(_ process: SupervisedProcess, within timeout: Duration) async throws(LabError) {
        let deadline = ContinuousClock.now + timeout
        let probe = GreetingProbe(port: port)
        while ContinuousClock.now < deadline {
            if let ended = process.ended {
                throw .didNotStart(server: name, reason: ended, log: logTail())
            }
            if FileManager.default.fileExists(atPath: socketPath), await probe.greets() { return }
            do { try await Task.sleep(for: .milliseconds(5)) } catch { throw .cancelled }
        }
        throw .didNotStart(server: name, reason: "it does not greet on port \(port) after \(timeout)", log: logTail())
    }

    /// Shuts the server down in order (SIGTERM) and waits for its end.
    package func stop(within timeout: Duration = .seconds(30)) async throws(LabError) {
        guard let process = running else { return }
        process.send(signal: SIGTERM)
        guard await process.waitUntilEnded(within: timeout) else {
            throw .didNotStop(server: name, reason: "SIGTERM was sent, and it still runs after \(timeout)")
        }
    }

    /// Ends the server as a crash does (SIGKILL), and waits until the process is gone.
    package func kill() async throws(LabError) {
        guard let process = running else { throw .wrongState(server: name, "it does not run") }
        process.send(signal: SIGKILL)
        guard await process.waitUntilEnded(within: .seconds(10)) else {
            throw .didNotStop(server: name, reason: "SIGKILL was sent, and it still runs after 10 s")
        }
    }

    package func restart() async throws(LabError) {
        try await stop()
        try await start()
    }

    /// Ends the server without waiting; see ``Lab/stopAllNow()``.
    func endNow() {
        let process = life.withLock {
            $0.isOver = true
            return $0.process
        }
        process?.endNow()
    }

    func waitUntilEnded(within timeout: Duration) async -> Bool {
        guard let process = life.withLock({ $0.process }) else { return true }
        return await process.waitUntilEnded(within: timeout)
    }

    func leaveRunning() { life.withLock { $0.process }?.leaveRunning() }

    /// The last lines of the error log, or of what the program printed before it had one.
    package func logTail(lines: Int = 12) -> String {
        for path in [errorLog, "\(directory)/console.log"] {
            let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if !text.isEmpty { return text.split(separator: "\n").suffix(lines).joined(separator: "\n") }
        }
        return ""
    }

    /// Writes a file that only its owner can read: passwords go through here.
    private static func write(_ text: String, to path: String) throws(LabError) {
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw .file(path: path, reason: "cannot be written") }
    }
}
