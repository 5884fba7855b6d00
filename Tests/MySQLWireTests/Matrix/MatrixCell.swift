import MySQLWire
import NIOCore
import TestSupport
import Testing

/// One call, one packet of its answer that does not come, what the caller does then, and what a KILL is good for.
struct MatrixCell: Sendable, CustomTestStringConvertible {
    enum Policy: Sendable, Hashable, CaseIterable { case close, killHonoured, killLate, killIgnored }
    enum Ending: Sendable, CaseIterable { case cancelled, timedOut }

    let call: MatrixCall
    let packet: Int
    let policy: Policy
    let ending: Ending

    var testDescription: String { "\(call.testDescription): packet \(packet), \(policy), \(ending)" }

    static func all(of call: MatrixCall) -> [MatrixCell] {
        (0..<call.packets).flatMap { packet in
            Policy.allCases.flatMap { policy in
                Ending.allCases.map { MatrixCell(call: call, packet: packet, policy: policy, ending: $0) }
            }
        }
    }

    /// Greeting, OK, and the OK of SET NAMES; who may have to kill also asks for the session's identity.
    static func loginPackets(_ policy: Policy) -> Int { policy == .close ? 3 : 8 }

    static let login: [ScriptedServer.Step] = [
        .packet(
            0,
            SampleSession.greeting(
                capabilities: Script.capabilities.union([.localFiles]),
                plugin: "mysql_native_password"
            )
        ), .expect, .packet(2, Script.ok), .obey,
    ]

    /// The connection is of use behind it.
    private var isUsable: Bool {
        (policy == .killHonoured || policy == .killLate) && call.killable.contains(packet)
    }

    /// A deadline may pass before the server stands where it is to stand, on a machine that is busy: then a longer one
    /// is taken.
    func run() async throws {
        for deadline in [Duration.milliseconds(80), .seconds(2), .seconds(30)] {
            if try await run(deadline: deadline) { return }
        }
        Issue.record("\(testDescription): the packet was never due")
    }

    /// - Returns: false where the server did not get so far.
    private func run(deadline: Duration) async throws -> Bool {
        let pause = PausePoint()
        let kills: KillManner =
            switch policy {
            case .close, .killHonoured: .honoured
            case .killLate: .late
            case .killIgnored: .ignored
            }
        let fault = WireFault.pause(before: Self.loginPackets(policy) + packet, pause)
        return try await ScriptedServer.run(Self.login, fault: fault, kills: kills) { server in
            let configuration = server.configuration {
                $0.connectTimeout = .seconds(60)
                $0.allowsLocalInfile = true
                // A KILL that is ignored is waited for up to here.
                let patience = policy == .killIgnored ? Duration.milliseconds(80) : .seconds(60)
                $0.cancellation = policy == .close ? .close : .killQuery(within: patience)
                if ending == .timedOut { $0.queryTimeout = deadline }
            }
            if call.usesPool {
                let pool = PoolConfiguration(maximumConnections: 1, leaseTimeout: .seconds(60))
                return try await withPool(configuration, pool) { try await judge(.pool($0), pause, server) }
            }
            let connection = try await MySQLConnection.connect(to: configuration)
            let isJudged = try await judge(.connection(connection), pause, server)
            if isJudged { #expect((connection.closeReason == nil) == isUsable, "\(testDescription)") }
            await connection.close()
            return isJudged
        }
    }

    private func judge(_ target: MatrixTarget, _ pause: PausePoint, _ server: ScriptedServer) async throws -> Bool {
        let result = try await bounded {
            let task = Task { try await call.run(target) }
            if ending == .cancelled {
                await pause.reached.wait()
                task.cancel()
            }
            return await task.result
        }
        guard pause.isReached else { return false }
        guard case .failure(let failure) = result, let error = failure as? MySQLError else {
            Issue.record("\(testDescription): \(result)")
            return true
        }
        #expect(error.code == (ending == .cancelled ? .cancelled : .timedOut), "\(testDescription): \(error)")
        #expect(error.fate == .maybeExecuted, "\(testDescription): \(error.fate)")

        let next = try await bounded { await Task { try await target.next() }.result }
        switch (next, target) {
        // A pool has another connection, where this one is closed.
        case (.success("1"), .pool): #expect(isUsable || server.connections > 1, "\(testDescription)")
        case (.success("1"), .connection): #expect(isUsable, "\(testDescription)")
        case (.failure(let error as MySQLError), .connection):
            #expect(!isUsable, "\(testDescription): \(error)")
            #expect(error.fate == .notSent, "\(testDescription): \(error)")
        default: Issue.record("\(testDescription): what came next was \(next)")
        }
        if let text = call.text { #expect(server.times(text) <= 1, "\(testDescription): sent again") }
        if isUsable, let follows = call.follows { #expect(server.times(follows) == 1, "\(testDescription)") }
        return true
    }
}
