internal import FoundationEssentials
internal import Glibc
internal import ReplicaKit
internal import Synchronization

/// A handful of real MySQL servers in a folder of their own.
///
/// None of them outlives this program: ``stopAll()`` is for the way out, and a supervisor per server and one for the
/// folder do the same where there is no way out (a crash, SIGKILL). ``keepRunning()`` is the one exception.
package final class Lab: Sendable {
    package let program: ServerProgram
    package let accounts: LabAccounts
    /// Holds a folder for each server; removed at the end.
    package let directory: String
    private let template: DataTemplate
    private let cache: String
    private let state: Mutex<State>

    private struct State {
        var servers: [LabServer] = []
        var janitor: SupervisedProcess?
        /// No further server may be added.
        var isOver = false
        var isKept = false
    }

    private init(
        program: ServerProgram,
        template: DataTemplate,
        cache: String,
        directory: String,
        janitor: SupervisedProcess
    ) {
        self.program = program
        self.template = template
        self.cache = cache
        self.directory = directory
        accounts = LabAccounts()
        state = Mutex(State(janitor: janitor))
    }

    deinit { stopAllNow() }

    /// Finds the server program and makes an empty lab.
    ///
    /// - Throws: ``LabError/noServerProgram(_:)`` where there is no mysqld.
    package static func open(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(LabError) -> Lab {
        let program = try await ServerProgram.find(environment: environment)
        let cache = LabFolders.cache(environment: environment)
        let template = try await DataTemplate.prepare(for: program, cache: cache)
        let directory = try LabFolders.makeTemporary(environment: environment)
        do {
            let janitor = try await startJanitor(of: directory)
            return Lab(program: program, template: template, cache: cache, directory: directory, janitor: janitor)
        } catch {
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
    }

    // Its program only has to last: what counts is that its folder goes when this process goes.
    private static func startJanitor(of directory: String) async throws(LabError) -> SupervisedProcess {
        try await SupervisedProcess.start(["sleep", "2147483647"], console: "/dev/null", removing: directory)
    }

    /// Makes a server with an empty data directory, and starts it.
    ///
    /// - Parameters:
    ///   - name: a word; also the name of its folder.
    ///   - settings: further lines of the option file, for instance `["gtid_mode": "ON"]`.
    package func startServer(
        _ name: String,
        serverID: UInt32,
        settings: [String: String] = [:]
    ) async throws(LabError) -> LabServer {
        let folder = "\(directory)/\(name)"
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .file(path: folder, reason: error.reasonOfSystem)
        }
        try await template.copy(to: "\(folder)/data")
        let server = try LabServer(
            name: name,
            serverID: serverID,
            directory: folder,
            accounts: accounts,
            program: program,
            port: try LoopbackPort.take(lockFile: "\(cache)/ports.lock"),
            settings: settings
        )
        let isOver = state.withLock {
            if !$0.isOver { $0.servers.append(server) }
            return $0.isOver
        }
        if isOver { throw .cancelled }
        try await server.start()
        return server
    }

    package var servers: [LabServer] { state.withLock { $0.servers } }

    /// Kills every server, waits until they are gone, and removes their folder. Quick; may be called twice, and does
    /// nothing after ``keepRunning()``.
    package func stopAll() async {
        if state.withLock({ $0.isKept }) { return }
        stopAllNow()
        for server in servers { _ = await server.waitUntilEnded(within: .seconds(10)) }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Kills every server and does not wait; the folder goes a moment later. From any thread, also on the way out of
    /// the program.
    package func stopAllNow() {
        let (servers, janitor) = state.withLock {
            $0.isOver = true
            return ($0.servers, $0.janitor.take())
        }
        for server in servers { server.endNow() }
        janitor?.endNow()
    }

    /// Leaves the servers running after this program, and their folder in place.
    package func keepRunning() {
        let (servers, janitor) = state.withLock {
            $0.isOver = true
            $0.isKept = true
            return ($0.servers, $0.janitor.take())
        }
        for server in servers { server.leaveRunning() }
        janitor?.leaveRunning()
        janitor?.send(signal: SIGKILL)
    }
}
