import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct PromotePlannerTests {
    static let whole =
        "run confirm-death stop-receiver drain stop-replica record-anchor forget-source fence-after-restart open verify-write"

    static let lost: @Sendable (inout ServerObservation) -> Void = {
        $0.replicaChannels = [
            Situations.channel {
                $0.receiver = .connecting
                $0.receiverError = ReplicationError(number: 2003, message: "")
                $0.secondsBehindSource = nil
            }
        ]
    }

    static func decide(
        _ candidate: ObservedServer,
        source: ObservedServer? = Situations.failed("a", Situations.refusedConnection),
        anchors: [Anchor] = [],
        since: OriginScan? = nil
    ) -> PlanDecision {
        PromotePlanner(
            PromoteSituation(
                candidate: candidate,
                source: source,
                anchors: AnchorHistory(anchors),
                sinceEarlier: since,
                operation: "new"
            )
        ).decide()
    }

    @Test func aReplicaWhoseSourceIsDeadIsPromoted() {
        #expect(Self.decide(Situations.observed("b", Self.lost)).summary == Self.whole)
    }

    @Test("Whoever answers is not dead", arguments: [1040, 1045, 1053, 1129, 1130, 1203, 3032] as [UInt16])
    func aliveByRefusal(number: UInt16) {
        let decision = Self.decide(
            Situations.observed("b", Self.lost),
            source: Situations.failed("a", Situations.serverError(number))
        )
        #expect(decision.summary == "refused source-alive")
    }

    @Test func aliveByAnswer() {
        #expect(
            Self.decide(Situations.observed("b", Self.lost), source: Situations.observed("a")).summary
                == "refused source-alive"
        )
    }

    @Test func aReplicaThatStillReplicatesMeansAPartition() {
        #expect(Self.decide(Situations.observed("b")).summary == "refused partition")
    }

    static func receiver(_ state: ThreadState?, _ number: Int? = nil) -> ObservedServer {
        Situations.observed("b") {
            lost(&$0)
            $0.replicaChannels?[0].receiver = state
            $0.replicaChannels?[0].receiverError = number.map { ReplicationError(number: $0, message: "") }
        }
    }

    /// The replication password was changed, for instance: our way to the source is cut, the replica's is not.
    @Test(arguments: [1040, 1045, 1130, 1236, 2061, 13114])
    func aSourceThatAnswersTheReceiverIsNotDead(number: Int) throws {
        for state in [ThreadState.connecting, .no] {
            let decision = Self.decide(Self.receiver(state, number))
            #expect(decision.summary == "refused receiver-error")
            guard case .refused(let refusal) = decision else { return }
            #expect(refusal.description.contains("error \(number)"))
            #expect(try #require(refusal.reasons.first).instead.contains("START REPLICA IO_THREAD"))
        }
    }

    @Test func aReceiverThatIsStoppedIsAskedFirst() {
        let asked = Self.whole.replacing("run ", with: "run ask-receiver ")
        #expect(Self.decide(Self.receiver(.no)).summary == asked)
        // It gave up long ago; who knows what became of the source since.
        #expect(Self.decide(Self.receiver(.no, 2003)).summary == asked)
        #expect(Self.decide(Self.receiver(.connecting)).summary == asked)
        #expect(Self.decide(Self.receiver(.connecting, 2003)).summary == Self.whole)
        guard case .run(let plan) = Self.decide(Self.receiver(.no)) else { return }
        #expect(plan.steps[0].statements.first == "START REPLICA IO_THREAD")
        #expect(plan.steps[0].undo == ["STOP REPLICA IO_THREAD"])
    }

    @Test func whatIsUndoneStartsNoThreadThatWasStopped() {
        func undo(_ receiver: ThreadState, _ applier: ThreadState) -> [[String]] {
            let seen = Situations.observed("b") {
                Self.lost(&$0)
                $0.replicaChannels?[0].receiver = receiver
                $0.replicaChannels?[0].applier = applier
            }
            guard case .run(let plan) = Self.decide(seen) else { return [] }
            return [PlanStep.Code.stopReceiver, .drain, .stopReplica].map { code in
                plan.steps.first { $0.code == code }?.undo ?? ["?"]
            }
        }
        #expect(undo(.connecting, .yes) == [["START REPLICA IO_THREAD"], [], ["START REPLICA"]])
        #expect(
            undo(.connecting, .no)
                == [["START REPLICA IO_THREAD"], ["STOP REPLICA SQL_THREAD"], ["START REPLICA IO_THREAD"]]
        )
        #expect(undo(.no, .yes) == [[], [], ["START REPLICA SQL_THREAD"]])
        #expect(undo(.no, .no) == [[], ["STOP REPLICA SQL_THREAD"], []])
    }

    @Test func aNameThatIsUnknownHereIsNoDeathUnlessTheReplicaSaysTheSame() {
        let unknown = Situations.failed("a", MySQLError(.unreachable, phase: .resolving, message: ""))
        #expect(Self.decide(Situations.observed("b", Self.lost), source: unknown).summary == "refused source-unknown")
        let same = Situations.observed("b") {
            Self.lost(&$0)
            $0.replicaChannels?[0].receiverError = ReplicationError(number: 2005, message: "")
        }
        #expect(Self.decide(same, source: unknown).summary == Self.whole)
    }

    @Test func anApplierErrorIsShownAndRefused() {
        let broken = Situations.observed("b") {
            Self.lost(&$0)
            $0.replicaChannels?[0].applierError = ReplicationError(number: 1062, message: "Duplicate entry")
        }
        let decision = Self.decide(broken)
        #expect(decision.summary == "refused applier-error")
        if case .refused(let refusal) = decision {
            #expect(refusal.description.contains("error 1062: Duplicate entry"))
        }
        // What the stop of a torn transaction leaves is no reason: a start clears it.
        let torn = Situations.observed("b") {
            Self.lost(&$0)
            $0.replicaChannels?[0].applierError = ReplicationError(number: 1756, message: "")
        }
        #expect(Self.decide(torn).summary == Self.whole)
    }

    @Test(
        "What cannot be promoted",
        arguments: [
            ("refused unreachable", Situations.failed("b", Situations.refusedConnection)),
            ("refused not-a-replica", Situations.observed("b") { $0.replicaChannels = [] }),
            (
                "refused swapped-roles",
                Situations.observed("b") {
                    $0.replicaChannels = []
                    $0.connectedReplicas = [ConnectedReplica(serverID: 1, serverUUID: "uuid-a", address: nil)]
                }
            ),
            ("refused status-unreadable", Situations.observed("b") { $0.replicaChannels = nil }),
            (
                "refused several-channels",
                Situations.observed("b") { $0.replicaChannels = [Situations.channel(), Situations.channel()] }
            ),
            (
                "refused no-binary-log",
                Situations.observed("b") {
                    Self.lost(&$0)
                    $0.source = nil
                }
            ),
            (
                "refused unsupported-server",
                Situations.observed("b") { $0.version = ServerVersion(.mariaDB, 10, 11, 6) }
            ),
        ]
    )
    func impossible(expected: String, candidate: ObservedServer) {
        #expect(Self.decide(candidate).summary == expected)
    }

    @Test func anInterruptedPromotionGoesOnWhereItsSourceWasForgotten() {
        let forgotten = Situations.observed("b") { $0.replicaChannels = [] }
        let rest = "run confirm-death forget-source fence-after-restart open verify-write"
        let decision = Self.decide(forgotten, anchors: [Situations.anchor(.promoting)])
        #expect(decision.summary == rest)
        if case .run(let plan) = decision { #expect(plan.operation == "op" && plan.isResumption) }
        // An undone one counts for nothing.
        let undone = [Situations.anchor(.promoting), Situations.anchor(.aborted)]
        #expect(Self.decide(forgotten, anchors: undone).summary == "refused not-a-replica")
        // The source came back meanwhile: opening would make two.
        #expect(
            Self.decide(forgotten, source: Situations.observed("a"), anchors: [Situations.anchor(.promoting)]).summary
                == "refused source-alive"
        )
    }

    @Test func aPromotedServerIsNotPromotedTwice() {
        let anchors = [Situations.anchor(.promoting), Situations.anchor(.promoted)]
        let open = Situations.observed("b") {
            $0.replicaChannels = []
            $0.readOnly = false
            $0.superReadOnly = false
        }
        #expect(Self.decide(open, anchors: anchors).summary == "nothing")
        // It was restarted, and came back fenced.
        let fenced = Situations.observed("b") { $0.replicaChannels = [] }
        #expect(Self.decide(fenced, anchors: anchors).summary == "run confirm-death open verify-write")
        #expect(
            Self.decide(fenced, source: Situations.observed("a"), anchors: anchors).summary == "refused source-alive"
        )
    }

    static let resumed = "run confirm-death stop-replica forget-source fence-after-restart open verify-write"
    static let own = OriginScan.read(LogOrigins(firstOwn: Situations.place(950)))

    static func lost(
        isOpen: Bool,
        executed: BinaryLogCoordinates = Situations.place(500),
        read: BinaryLogCoordinates? = nil
    ) -> ObservedServer {
        Situations.observed("b") {
            lost(&$0)
            $0.readOnly = !isOpen
            $0.superReadOnly = !isOpen
            $0.replicaChannels?[0].executed = executed
            $0.replicaChannels?[0].read = read ?? executed
        }
    }

    /// A switchover was killed behind the opening, clients wrote to the candidate, and then the source died.
    @Test(arguments: [[Anchor.State.promoting], [.switching], [.switching, .switched]])
    func aServerThatAnEarlierOperationOpenedKeepsItsPlaceOfParting(states: [Anchor.State]) {
        let anchors = states.map { Situations.anchor($0) }
        for isOpen in [true, false] {
            // Fenced: it was restarted since.
            let decision = Self.decide(Self.lost(isOpen: isOpen), anchors: anchors, since: Self.own)
            #expect(decision.summary == Self.resumed)
            if case .run(let plan) = decision { #expect(plan.operation == "op" && plan.isResumption) }
        }
        let used = anchors + [Situations.anchor(.used)]
        #expect(Self.decide(Self.lost(isOpen: false), anchors: used).summary == Self.whole)
        let undone = anchors + [Situations.anchor(.aborted)]
        #expect(Self.decide(Self.lost(isOpen: false), anchors: undone).summary == Self.whole)
    }

    @Test func whereMoreWasReceivedSinceItIsAppliedAndTheOwnPlaceIsKept() {
        func why(_ candidate: ObservedServer, _ since: OriginScan) -> String? {
            let decision = Self.decide(candidate, anchors: [Situations.anchor(.switching)], since: since)
            #expect(decision.summary == Self.whole)
            guard case .run(let plan) = decision else { return nil }
            return plan.steps.first { $0.code == .recordAnchor }?.why
        }
        // A restart of the source alone moves the position on.
        let moved = Self.lost(isOpen: false, executed: BinaryLogCoordinates(file: "binlog.000002", position: 158))
        #expect(why(moved, Self.own)?.contains("binlog.000001:900") == true)
        #expect(why(moved, .unreadable("purged"))?.contains("binlog.000001:900") == true)
        #expect(why(moved, .read(LogOrigins()))?.contains("900") == false)
        // It was never opened: replication went on after a killed run.
        #expect(why(moved, .read(LogOrigins(firstReplicated: Situations.place(950))))?.contains("900") == false)
        // Received, and not applied yet: not to be thrown away.
        let received = Self.lost(isOpen: false, read: Situations.place(600))
        #expect(why(received, Self.own)?.contains("binlog.000001:900") == true)
    }

    @Test func thePlanShowsEachStatementAndNoSecret() throws {
        guard case .run(let plan) = Self.decide(Situations.observed("b", Self.lost)) else { return }
        #expect(plan.steps.map(\.number) == Array(1...9))
        let statements = plan.steps.flatMap(\.statements)
        #expect(statements.contains("STOP REPLICA IO_THREAD"))
        #expect(statements.contains("RESET REPLICA ALL"))
        #expect(statements.contains("SELECT SOURCE_POS_WAIT('binlog.000001', 500, 1)"))
        #expect(plan.steps.allSatisfy { !$0.why.isEmpty && $0.deadlineSeconds > 0 })
        #expect(plan.steps.first { $0.code == .stopReceiver }?.undo == ["START REPLICA IO_THREAD"])
    }
}
