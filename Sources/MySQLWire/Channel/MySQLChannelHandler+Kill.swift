internal import NIOCore

extension MySQLChannelHandler {
    /// Has the statement under way killed, if the policy says so and it is possible. Its answer is read to the end.
    func beginKill() -> Bool {
        // Of a file that is being sent the end would have to be sent too, and where that came before the KILL, half a file
        // would pass for the whole. The end of the connection is no end of a file.
        guard case .killQuery(let within) = configuration.cancellation, killed == nil, let context,
            let session = state.current.identity, !machine.awaitsFile
        else { return false }
        switch current?.command {
        case .query, .attributedQuery, .statementExecute: break
        default: return false
        }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        killed = KilledQuery(
            deadline: context.eventLoop.scheduleTask(in: TimeAmount(clamping: within)) {
                bound.value.killFailed("it did not end within \(within)")
            }
        )
        let killer = QueryKiller(configuration: configuration, session: session, within: within)
        let eventLoop = context.eventLoop
        Task.detached {
            let isDone = await killer.kill()
            eventLoop.execute {
                if isDone { bound.value.killConfirmed() } else { bound.value.killFailed("the server was not reached") }
            }
        }
        return true
    }

    func killFailed(_ why: String) {
        guard killed != nil else { return }
        fail(MySQLError(.connectionClosed, phase: .command, message: "a statement could not be killed: \(why)"))
    }

    private func killConfirmed() {
        killed?.isConfirmed = true
        startNext()
    }

    /// The statement that stands between a killed one and the next: nil until both its answer and the KILL's are there.
    ///
    /// A KILL that arrived behind the end of its statement hits whatever comes next, and this is what comes next.
    func absorber() -> PendingRequest? {
        guard let killed, killed.isConfirmed, killed.isAnswered, !killed.isAbsorbing else { return nil }
        self.killed?.isAbsorbing = true
        return .unattended(.query("DO 0"))
    }

    /// The answer to the current command has come to its end.
    func answerEnded() {
        guard let killed else { return }
        if killed.isAbsorbing {
            killed.deadline?.cancel()
            self.killed = nil
        } else {
            self.killed?.isAnswered = true
        }
    }
}
