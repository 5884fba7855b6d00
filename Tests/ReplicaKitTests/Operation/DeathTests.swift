import MySQLWire
import Testing

@testable import ReplicaKit

/// A promotion while this program cannot reach the source: it takes the replica's word as well.
@Suite struct DeathTests {
    /// Reaches every server but `a`.
    struct CutOff: ServerConnector {
        let cluster: SimulatedCluster

        func connect(to server: Server) async throws(MySQLError) -> any SQLSession {
            if server.name.hasPrefix("a") {
                throw MySQLError(.unreachable, phase: .connecting, message: "no route to host")
            }
            return try await SimulatedConnector(cluster: cluster).connect(to: server)
        }
    }

    static func promote(_ cluster: SimulatedCluster) async -> OperationOutcome {
        var environment = KilledBetweenStepsTests.environment(cluster, nil)
        environment.connector = CutOff(cluster: cluster)
        return await PromoteOperation(candidate: KilledBetweenStepsTests.b).prepare(in: environment).execute()
    }

    static func expectRefused(
        _ cluster: SimulatedCluster,
        _ code: Refusal.Code,
        location: SourceLocation = #_sourceLocation
    ) async {
        let before = cluster["b"]
        let outcome = await promote(cluster)
        guard case .refused(let refusal) = outcome else {
            Issue.record("\(Outcomes.text(outcome))", sourceLocation: location)
            return
        }
        #expect(refusal.reasons.map(\.code) == [code], sourceLocation: location)
        let after = cluster["b"]
        #expect(cluster.violations.isEmpty, "\(cluster.violations)", sourceLocation: location)
        #expect(after.channel?.receiver == before.channel?.receiver, sourceLocation: location)
        #expect(after.channel?.applier == before.channel?.applier, sourceLocation: location)
        #expect(after.superReadOnly && after.readOnly && after.anchors.isEmpty, sourceLocation: location)
    }

    @Test func aReceiverThatWasStoppedByHandReconnectsAndIsStoppedAgain() async {
        for applier in [true, false] {
            let cluster = SimulatedCluster.running()
            cluster.change("b") {
                $0.channel?.receiver = false
                $0.channel?.applier = applier
            }
            await Self.expectRefused(cluster, .partition)
        }
    }

    @Test func aSourceThatRefusesTheReceiverLives() async {
        let cluster = SimulatedCluster.running()
        cluster.change("b") { $0.channel?.rejection = 1045 }
        await Self.expectRefused(cluster, .receiverError)
        // The same where only the start of the receiver brings it to light.
        let stopped = SimulatedCluster.running()
        stopped.change("b") {
            $0.channel?.receiver = false
            $0.channel?.rejection = 1045
        }
        await Self.expectRefused(stopped, .receiverError)
    }

    @Test func aReceiverThatWasStoppedByHandAndLosesItsSourceIsPromoted() async {
        let cluster = SimulatedCluster.running()
        cluster.change("b") { $0.channel?.receiver = false }
        cluster.change("a") { $0.isAlive = false }
        let outcome = await Self.promote(cluster)
        guard case .done = outcome else {
            Issue.record("\(Outcomes.text(outcome))")
            return
        }
        #expect(!cluster["b"].readOnly && cluster["b"].channel == nil)
    }
}
