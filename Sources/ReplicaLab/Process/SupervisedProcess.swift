internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A program that cannot outlive this one, whatever ends this one, SIGKILL included.
///
/// A small /bin/sh is the program's parent and holds one end of a socket pair; this process holds the other. When
/// this process goes, its end closes, and the shell's watcher kills the program. The program's process id is the real
/// one (the shell starts it directly), so a SIGKILL hits the program, not a wrapper. Both live in a session of their
/// own: a Ctrl-C in the terminal reaches this process only, which then decides.
package final class SupervisedProcess: Sendable {
    private struct State {
        var lifeline: Int32?
        var ended: String?
    }

    /// The process id of the program itself.
    package let processID: Int32
    private let isRemoving: Bool
    private let state: Box

    // The monitoring task outlives this object; a box of its own keeps the two from holding each other.
    private final class Box: Sendable {
        let state: Mutex<State>
        init(_ state: State) { self.state = Mutex(state) }
    }

    private init(processID: Int32, isRemoving: Bool, state: Box) {
        self.processID = processID
        self.isRemoving = isRemoving
        self.state = state
    }

    deinit { endNow() }

    // $1 is a folder to remove, or empty; the rest is the program. The program is started with the lifeline closed;
    // the watcher holds it. `read` returns at the end of this process, or with the word by which the program is left
    // to itself. Servers that die at that moment may still write to the folder, so its removal is repeated.
    private static let script = """
        folder=$1
        shift
        exec 3<&0 </dev/null
        "$@" 3<&- &
        program=$!
        echo "$program" >&3
        {
            read -r word <&3 || word=
            if [ "$word" != keep ]; then
                tries=0
                while [ -n "$folder" ] && [ -e "$folder" ] && [ "$tries" -lt 50 ]; do
                    rm -rf "$folder"
                    tries=$((tries + 1))
                    [ -e "$folder" ] && sleep 0.1
                done
                kill -KILL "$program"
            fi
        } >/dev/null 2>&1 &
        watcher=$!
        exec 3<&-
        wait "$program"
        status=$?
        kill "$watcher" 2>/dev/null
        exit "$status"
        """

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: the program's path, and its arguments.
    ///   - console: the file to whose end its standard output and error are written.
    ///   - folder: is removed when this process goes, or at ``endNow()``.
    package static func start(
        _ arguments: [String],
        console: String,
        removing folder: String? = nil
    ) async throws(LabError) -> SupervisedProcess {
        var ends: [Int32] = [-1, -1]
        // Atomic with its creation: a program started at this moment elsewhere must not inherit our end, or it would
        // hold this program's life in its hands.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw .file(path: "socketpair", reason: String(cString: strerror(errno)))
        }
        let ours = ends[0]
        let theirs = FileDescriptor(rawValue: ends[1])
        let output: FileDescriptor
        do {
            output = try FileDescriptor.open(
                FilePath(console),
                .writeOnly,
                options: [.create, .append, .closeOnExec],
                permissions: .ownerReadWrite
            )
        } catch {
            close(ours)
            try? theirs.close()
            throw .file(path: console, reason: "\(error)")
        }
        let box = Box(State(lifeline: ours, ended: nil))
        Task.detached {
            var options = PlatformOptions()
            options.createSession = true
            let how: String
            do {
                let result = try await run(
                    .path("/bin/sh"),
                    arguments: Arguments(["-c", script, "replica-lab", folder ?? ""] + arguments),
                    platformOptions: options,
                    input: .fileDescriptor(theirs, closeAfterSpawningProcess: true),
                    output: .fileDescriptor(output, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(output, closeAfterSpawningProcess: true)
                )
                how = describe(result.terminationStatus)
            } catch {
                how = "could not be run: \(error)"
            }
            box.state.withLock { $0.ended = how }
        }
        let processID = try await readProcessID(from: ours, box)
        return SupervisedProcess(processID: processID, isRemoving: folder != nil, state: box)
    }

    private static func readProcessID(from lifeline: Int32, _ box: Box) async throws(LabError) -> Int32 {
        let deadline = ContinuousClock.now + .seconds(20)
        var text = ""
        while ContinuousClock.now < deadline {
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = recv(lifeline, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count > 0 { text += String(decoding: bytes.prefix(count), as: UTF8.self) }
            if text.hasSuffix("\n"), let number = Int32(text.dropLast()) { return number }
            if let ended = box.state.withLock({ $0.ended }) {
                throw .programFailed("/bin/sh", detail: ended)
            }
            do { try await Task.sleep(for: .milliseconds(2)) } catch { break }
        }
        box.state.withLock {
            if let lifeline = $0.lifeline.take() { close(lifeline) }
        }
        if Task.isCancelled { throw .cancelled }
        throw .programFailed("/bin/sh", detail: "it did not start within 20 s")
    }

    private static func describe(_ status: TerminationStatus) -> String {
        switch status {
        // A shell says 128 + n for a program that signal n ended.
        case .exited(let code) where code > 128: "ended by signal \(code - 128)"
        case .exited(let code): "ended with exit status \(code)"
        case .signaled(let signal): "its supervisor was ended by signal \(signal)"
        }
    }

    /// How the program ended, for a person; nil while it runs.
    package var ended: String? { state.state.withLock { $0.ended } }

    /// What ``ended`` says of a program that ended well.
    static let success = "ended with exit status 0"

    /// Ends the program and what it started (its process group) at once.
    func killGroup() {
        state.state.withLock {
            let group = getpgid(processID)
            if $0.ended == nil, group > 1, group != getpgrp() { _ = kill(-group, SIGKILL) }
        }
        endNow()
    }

    /// Sends a signal to the program; does nothing where it has ended.
    package func send(signal: Int32) {
        state.state.withLock {
            if $0.ended == nil { _ = kill(processID, signal) }
        }
    }

    /// Ends the program at once, without waiting. May be called from any thread, again and again.
    package func endNow() {
        state.state.withLock {
            guard let lifeline = $0.lifeline.take() else { return }
            // The watcher does it too; this only is quicker. Not where the watcher still has to remove a folder: it
            // ends with its program.
            if $0.ended == nil, !isRemoving { _ = kill(processID, SIGKILL) }
            close(lifeline)
        }
    }

    /// Lets the program live on after this process.
    package func leaveRunning() {
        state.state.withLock {
            guard let lifeline = $0.lifeline.take() else { return }
            let word = Array("keep\n".utf8)
            _ = Glibc.send(lifeline, word, word.count, Int32(MSG_NOSIGNAL))
            close(lifeline)
        }
    }

    /// Waits until the program has ended, also in a task that is cancelled.
    ///
    /// - Returns: false where it still runs at the deadline.
    package func waitUntilEnded(within timeout: Duration) async -> Bool {
        // In a task of its own, which nobody cancels: a cancelled one could not rest between two looks, and would take
        // the thread on which the end is noticed.
        await Task {
            let deadline = ContinuousClock.now + timeout
            while ended == nil {
                if ContinuousClock.now >= deadline { return false }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return true
        }.value
    }
}
