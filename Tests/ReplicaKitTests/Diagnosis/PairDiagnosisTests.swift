import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct PairDiagnosisTests {
    static func codes(_ source: ObservedServer?, _ replica: ObservedServer) -> [String] {
        PairDiagnosis(source: source, replica: replica).findings.map(\.code.rawValue)
    }

    static func replica(_ change: @escaping (inout ReplicaStatus) -> Void) -> ObservedServer {
        Situations.observed("b") { $0.replicaChannels = [Situations.channel(change)] }
    }

    static let disconnected: @Sendable (inout ReplicaStatus) -> Void = {
        $0.receiver = .connecting
        $0.secondsBehindSource = nil
        $0.receiverError = ReplicationError(number: 2003, message: "")
    }

    @Test func aHealthyPairHasNoFindings() {
        #expect(Self.codes(Situations.observed("a"), Situations.observed("b")) == [])
        #expect(Self.codes(nil, Situations.observed("b")) == [])
    }

    @Test(
        "Each fault has its code",
        arguments: [
            (
                ["receiver-connecting", "source-dead"], Situations.failed("a", Situations.refusedConnection),
                replica(disconnected)
            ),
            // It answers the receiver, be it with a refusal; or nobody asked.
            (
                ["receiver-connecting", "source-unreachable"], Situations.failed("a", Situations.refusedConnection),
                replica {
                    disconnected(&$0)
                    $0.receiverError = ReplicationError(number: 1045, message: "")
                }
            ),
            (
                ["receiver-stopped", "source-unreachable"], Situations.failed("a", Situations.refusedConnection),
                replica { $0.receiver = .no }
            ),
            (["partition"], Situations.failed("a", Situations.refusedConnection), Situations.observed("b")),
            (["source-refuses-us"], Situations.failed("a", Situations.serverError(1040)), Situations.observed("b")),
            (
                ["receiver-gave-up"], Situations.observed("a"),
                replica {
                    $0.receiver = .no
                    $0.receiverError = ReplicationError(number: 1236, message: "")
                }
            ),
            (["receiver-stopped"], Situations.observed("a"), replica { $0.receiver = .no }),
            (["applier-stopped"], Situations.observed("a"), replica { $0.applier = .no }),
            (
                ["applier-error"], Situations.observed("a"),
                replica {
                    $0.applier = .no
                    $0.applierError = ReplicationError(number: 1062, message: "")
                }
            ),
            (["lagging"], Situations.observed("a"), replica { $0.secondsBehindSource = 11 }),
            (["lag-unknown"], Situations.observed("a"), replica { $0.secondsBehindSource = nil }),
            (["delayed"], Situations.observed("a"), replica { $0.configuredDelay = 5 }),
            (["retries-few"], Situations.observed("a"), replica { $0.retryCount = 10 }),
            (["other-source"], Situations.observed("a"), replica { $0.sourceUUID = "uuid-c" }),
            (["not-a-replica"], Situations.observed("a"), Situations.observed("b") { $0.replicaChannels = [] }),
            (["swapped-roles"], Situations.observed("b"), Situations.observed("a")),
            (["source-read-only"], Situations.observed("a") { $0.readOnly = true }, Situations.observed("b")),
            (
                ["replica-writable"], Situations.observed("a"),
                Situations.observed("b") {
                    $0.readOnly = false
                    $0.superReadOnly = false
                }
            ),
            (
                ["replica-fence-not-persisted"], Situations.observed("a"),
                Situations.observed("b") { $0.persistedVariables = [:] }
            ),
            (["same-server-id"], Situations.observed("a"), Situations.observed("b") { $0.serverID = 1 }),
            (["replica-unreachable"], Situations.observed("a"), Situations.failed("b", Situations.refusedConnection)),
        ] as [([String], ObservedServer, ObservedServer)]
    )
    func faults(expected: [String], source: ObservedServer, replica: ObservedServer) {
        let codes = Self.codes(source, replica)
        #expect(codes.filter { $0 != "source-read-only" || expected.contains($0) } == expected)
    }

    @Test func aStoppedThreadComesWithTheStatementThatStartsIt() {
        let findings = PairDiagnosis(source: nil, replica: Self.replica { $0.applier = .no }).findings
        #expect(findings.first?.remedy == "START REPLICA SQL_THREAD")
    }
}
