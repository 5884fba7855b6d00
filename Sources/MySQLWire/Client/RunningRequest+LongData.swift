internal import NIOCore
internal import Synchronization

extension RunningRequest {
    private enum Step: Sendable {
        case sent
        case answered(ResponseSink.Event)
    }

    /// Sends the values, and has the statement executed. A source that is waited for in vain ends, by cancellation, with
    /// the command's deadline.
    ///
    /// - Returns: what the server, or the end of the wait, says.
    func sendLongData(_ plan: LongDataPlan) async -> ResponseSink.Event {
        await withTaskGroup(of: Step.self) { group in
            group.addTask {
                await self.send(plan)
                return .sent
            }
            group.addTask { .answered(await self.connection.next(id: self.id, sink: self.sink)) }
            for await case .answered(let event) in group {
                group.cancelAll()
                return event
            }
            // One of the two has answered always.
            return .failed(MySQLError(.connectionClosed, phase: .command, message: "no answer"))
        }
    }

    private func send(_ plan: LongDataPlan) async {
        guard (try? await turn?.get()) == true else { return }
        let (eventLoop, handler, id) = (connection.channel.eventLoop, connection.handler, id)
        for parameter in plan.parameters {
            let failure: MySQLError?
            do {
                failure = try await send(parameter, plan)
            } catch {
                failure = MySQLError(
                    .longDataFailed,
                    phase: .command,
                    message: "the source of the long data of parameter \(parameter.index) failed: \(error)"
                )
            }
            // Of a cancelled task half a value must not pass for the whole.
            if Task.isCancelled { return }
            if let failure { return eventLoop.execute { handler.value.failLongData(id, failure) } }
        }
        eventLoop.execute { handler.value.executeWithLongData(id) }
    }

    private func send(_ parameter: LongDataPlan.Parameter, _ plan: LongDataPlan) async throws -> MySQLError? {
        let count = Atomic(0)
        // Also where there is no piece: else the server takes the value for one that comes with the statement.
        guard await send(ByteBuffer(), of: parameter, plan) else { return nil }
        try await parameter.contents.run { piece in
            let total = count.wrappingAdd(piece.readableBytes, ordering: .relaxed).newValue
            if let most = plan.maximumPacket, total > most { return false }
            return await self.send(piece, of: parameter, plan)
        }
        guard let most = plan.maximumPacket, count.load(ordering: .relaxed) > most else { return nil }
        return MySQLError.packetTooLarge("the value of parameter \(parameter.index)", maximum: most)
    }

    /// - Returns: when the network has taken it; false where no more is wanted.
    private func send(_ piece: ByteBuffer, of parameter: LongDataPlan.Parameter, _ plan: LongDataPlan) async -> Bool {
        let (eventLoop, handler, id) = (connection.channel.eventLoop, connection.handler, id)
        let promise = eventLoop.makePromise(of: Bool.self)
        eventLoop.execute {
            handler.value.sendLongData(
                piece,
                of: parameter.index,
                limit: plan.pieceLimit,
                for: id,
                promise: promise
            )
        }
        return (try? await promise.futureResult.get()) ?? false
    }
}

extension MySQLError {
    static func packetTooLarge(_ what: String, maximum: Int) -> MySQLError {
        MySQLError(
            .packetTooLarge,
            phase: .command,
            message: "\(what) is larger than the server takes (max_allowed_packet is \(maximum))"
        )
    }
}
