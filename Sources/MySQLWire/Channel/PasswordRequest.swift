internal import NIOCore
internal import Synchronization

/// Asks the configuration's password provider once, and waits no longer than allowed, also for one that never returns.
final class PasswordRequest: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Result<Secret, MySQLError>, Never>?
        var result: Result<Secret, MySQLError>?
        var task: Task<Void, Never>?
        var deadline: Scheduled<Void>?
    }

    private let provider: @Sendable () async throws -> Secret
    private let timeout: Duration
    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    init(_ provider: @escaping @Sendable () async throws -> Secret, timeout: Duration, eventLoop: any EventLoop) {
        self.provider = provider
        self.timeout = timeout
        self.eventLoop = eventLoop
    }

    func run() async throws(MySQLError) -> Secret {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early = state.withLock { state in
                    if state.result == nil { state.continuation = continuation }
                    return state.result
                }
                if let early { return continuation.resume(returning: early) }
                start()
            }
        } onCancel: {
            finish(.failure(Self.error(.cancelled, "the connect was cancelled")))
        }
        return try result.get()
    }

    private func start() {
        let timeout = timeout
        let deadline = eventLoop.scheduleTask(in: TimeAmount(clamping: timeout)) {
            self.finish(.failure(Self.error(.timedOut, "the password provider gave no password within \(timeout)")))
        }
        let task = Task {
            do {
                self.finish(.success(try await self.provider()))
            } catch let error as MySQLError {
                self.finish(.failure(error))
            } catch {
                self.finish(.failure(Self.error(.authenticationRefused, "the password provider failed: \(error)")))
            }
        }
        let isOver = state.withLock { state in
            state.deadline = deadline
            state.task = task
            return state.result != nil
        }
        // In between the answer came, or the caller went.
        if isOver { end(task, deadline) }
    }

    private func finish(_ result: Result<Secret, MySQLError>) {
        let ended = state.withLock { state -> State? in
            guard state.result == nil else { return nil }
            state.result = result
            defer { state.continuation = nil }
            return state
        }
        guard let ended else { return }
        end(ended.task, ended.deadline)
        ended.continuation?.resume(returning: result)
    }

    private func end(_ task: Task<Void, Never>?, _ deadline: Scheduled<Void>?) {
        task?.cancel()
        deadline?.cancel()
    }

    private static func error(_ code: MySQLError.Code, _ message: String) -> MySQLError {
        MySQLError(code, phase: .configuration, message: message)
    }
}
