internal import NIOCore
internal import Synchronization

extension RunningRequest {
    /// Sends the values, and has the statement executed.
    ///
    /// - Returns: what the server, or the end of the wait, says.
    func sendLongData(_ plan: LongDataPlan) async -> ResponseSink.Event {
        await answer { await self.send(plan) }
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

    private func send(_ piece: ByteBuffer, of parameter: LongDataPlan.Parameter, _ plan: LongDataPlan) async -> Bool {
        await handOver { handler, promise in
            handler.sendLongData(
                piece,
                of: parameter.index,
                limit: plan.pieceLimit,
                for: self.id,
                promise: promise
            )
        }
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
