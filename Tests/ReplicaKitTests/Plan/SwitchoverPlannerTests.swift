import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct SwitchoverPlannerTests {
    static let whole =
        "run catch-up fence wait-applied stop-replica record-anchor open fence-after-restart follow wait-healthy forget-source mark-used"
    static let rest = "run fence open fence-after-restart follow wait-healthy forget-source mark-used"

    static func decide(
        _ candidate: ObservedServer = Situations.observed("b"),
        source: ObservedServer? = Situations.observed("a"),
        anchors: [Anchor] = [],
        credentials: CredentialsCheck = .accepted(username: "repl"),
        wasInterrupted: Bool = false,
        sinceAnchor: OriginScan? = nil,
        sourceTail: TailScan? = nil,
        ownTail: TailScan? = nil
    ) -> PlanDecision {
        SwitchoverPlanner(
            SwitchoverSituation(
                candidate: candidate,
                source: source,
                anchors: AnchorHistory(anchors),
                credentials: credentials,
                wasInterrupted: wasInterrupted,
                sinceAnchor: sinceAnchor,
                sourceTail: sourceTail,
                ownTail: ownTail,
                operation: "new"
            )
        ).decide()
    }

    static func replica(_ change: @escaping (inout ReplicaStatus) -> Void) -> ObservedServer {
        Situations.observed("b") { $0.replicaChannels = [Situations.channel(change)] }
    }

    static let stopped: @Sendable (inout ReplicaStatus) -> Void = {
        $0.receiver = .no
        $0.applier = .no
        $0.secondsBehindSource = nil
    }

    @Test func aHealthyPairChangesRoles() {
        #expect(Self.decide().summary == Self.whole)
    }

    /// Killed right behind the opening, and the source restarted: it must not come back as a second writer.
    @Test func theFenceIsPersistedBeforeTheCandidateIsOpenedAndComesOffAsItWas() {
        func fence(_ persisted: [String: String]?, anchors: [Anchor] = []) -> PlanStep? {
            let source = Situations.observed("a") { $0.persistedVariables = persisted }
            guard case .run(let plan) = Self.decide(source: source, anchors: anchors) else { return nil }
            return plan.steps.first { $0.code == .fence }
        }
        #expect(fence([:])?.statements.contains("SET PERSIST super_read_only = ON") == true)
        let open = "SET GLOBAL read_only = OFF"
        #expect(fence([:])?.undo == [open, "RESET PERSIST IF EXISTS super_read_only"])
        #expect(
            fence(["super_read_only": "OFF"])?.undo == [open, "SET PERSIST_ONLY super_read_only = OFF"]
        )
        #expect(fence(["super_read_only": "ON"])?.undo == [open])
        #expect(fence(nil)?.undo == [open], "what is not known is left on the safe side")
        #expect(fence([:], anchors: [Situations.anchor(.switching), Situations.anchor(.switched)])?.undo == [])
    }

    @Test(
        "What is refused",
        arguments: [
            ("refused unreachable", Self.decide(source: Situations.failed("a", Situations.refusedConnection))),
            ("refused unreachable", Self.decide(Situations.failed("b", Situations.serverError(1040)))),
            ("refused not-a-replica", Self.decide(Situations.observed("b") { $0.replicaChannels = [] })),
            ("refused not-a-replica", Self.decide(source: nil)),
            ("refused same-server", Self.decide(source: Situations.observed("b"))),
            ("refused other-source", Self.decide(source: Situations.observed("a") { $0.serverUUID = "uuid-c" })),
            (
                "refused other-source",
                Self.decide(
                    source: Situations.observed("a") {
                        $0.replicaChannels = [Situations.channel { $0.sourceUUID = "uuid-c" }]
                    }
                )
            ),
            ("refused too-far-behind", Self.decide(Self.replica { $0.secondsBehindSource = 11 })),
            ("refused too-far-behind", Self.decide(Self.replica { $0.configuredDelay = 60 })),
            (
                "refused applier-error",
                Self.decide(Self.replica { $0.applierError = ReplicationError(number: 1032, message: "") })
            ),
            ("refused not-replicating", Self.decide(Self.replica(Self.stopped))),
            ("refused not-replicating", Self.decide(Self.replica { $0.receiver = .connecting })),
            ("refused automatic-position", Self.decide(Self.replica { $0.autoPosition = true })),
            ("refused no-credentials", Self.decide(credentials: .missing)),
            (
                "refused credentials-rejected",
                Self.decide(credentials: .rejected(username: "repl", Situations.serverError(1045)))
            ),
        ]
    )
    func refused(expected: String, decision: PlanDecision) {
        #expect(decision.summary == expected)
    }

    @Test func aStoppedReplicaIsStartedOnlyWhereAKilledRunStoppedIt() {
        let fenced = Situations.observed("a") {
            $0.readOnly = true
            $0.superReadOnly = true
        }
        let again = Self.whole.replacing("run ", with: "run start-replica ")
        #expect(Self.decide(Self.replica(Self.stopped), source: fenced).summary == again)
        #expect(Self.decide(Self.replica(Self.stopped), wasInterrupted: true).summary == again)
        #expect(Self.decide(Self.replica(Self.stopped), anchors: [Situations.anchor(.switching)]).summary == again)
    }

    @Test func whatMayHaveBeenOpenKeepsItsAnchor() {
        let begun = [Situations.anchor(.switching)]
        let opened = Situations.observed("b") {
            $0.readOnly = false
            $0.superReadOnly = false
            $0.replicaChannels = [Situations.channel(Self.stopped)]
        }
        #expect(Self.decide(opened, anchors: begun).summary == Self.rest)
        // Restarted, and fenced again: its row, or its log, tells that it was open.
        let restarted = Self.replica { _ in }
        #expect(Self.decide(restarted, anchors: begun + [Situations.anchor(.switched)]).summary == Self.rest)
        #expect(
            Self.decide(restarted, anchors: begun, sinceAnchor: .read(LogOrigins(firstOwn: Situations.place(950))))
                .summary
                == Self.rest
        )
        #expect(Self.decide(restarted, anchors: begun, sinceAnchor: .read(LogOrigins())).summary == Self.whole)
        // Also where a restart of the source let the position move on without any data.
        let moved = Self.replica { $0.executed = BinaryLogCoordinates(file: "binlog.000002", position: 158) }
        #expect(
            Self.decide(moved, anchors: begun, sinceAnchor: .read(LogOrigins(firstOwn: Situations.place(950)))).summary
                == Self.rest
        )
        // Replication went on after it: a leftover of a run that never opened anything.
        let replicated = OriginScan.read(
            LogOrigins(firstOwn: Situations.place(990), firstReplicated: Situations.place(950))
        )
        #expect(Self.decide(restarted, anchors: begun, sinceAnchor: replicated).summary == Self.whole)
        // An anchor that has served, or was undone, says nothing of today.
        #expect(
            Self.decide(restarted, anchors: begun + [Situations.anchor(.switched), Situations.anchor(.used)]).summary
                == Self.whole
        )
        #expect(Self.decide(restarted, anchors: begun + [Situations.anchor(.aborted)]).summary == Self.whole)
    }

    @Test func twoServersThatBothTookWritesAreNotJoinedBySwitchover() {
        let opened = Situations.observed("b") {
            $0.readOnly = false
            $0.superReadOnly = false
            $0.replicaChannels = [Situations.channel(Self.stopped)]
        }
        let decision = Self.decide(
            opened,
            anchors: [Situations.anchor(.switching)],
            sourceTail: .lost(count: 3, summary: [], report: nil)
        )
        #expect(decision.summary == "refused lost-transactions")
    }

    static let fenced = Situations.observed("a") {
        $0.readOnly = true
        $0.superReadOnly = true
    }

    @Test func aPlaceWhereNothingMovedSinceIsKeptWhateverClientsWriteFromNowOn() {
        let begun = [Situations.anchor(.switching)]
        func decide(_ source: ObservedServer, _ tail: TailScan, at position: UInt64) -> String {
            let replica = Self.replica {
                Self.stopped(&$0)
                $0.executed = Situations.place(position)
            }
            return Self.decide(
                replica,
                source: source,
                anchors: begun,
                sinceAnchor: .read(LogOrigins()),
                sourceTail: tail
            ).summary
        }
        let place = Situations.anchor(.switching).oldCoordinates.position
        let again = Self.whole.replacing("run ", with: "run start-replica ")
        #expect(decide(Self.fenced, .nothing, at: place) == Self.rest)
        #expect(decide(Self.fenced, .nothing, at: place + 100) == again)
        #expect(decide(Self.fenced, .unusable("?"), at: place) == again)
        #expect(decide(Situations.observed("a"), .nothing, at: place) == again, "it may write at any time")
    }

    /// Killed in the moment in which privileged sessions can write to the candidate, and gone on with elsewhere.
    @Test func whatTheCandidateTookOfItsOwnIsNotLostInSilence() {
        let own = TailScan.lost(count: 2, summary: ["binlog.000001:950 rows of testdb.products"], report: nil)
        let stopped = Self.replica(Self.stopped)
        #expect(Self.decide(stopped, source: Self.fenced, ownTail: own).summary == "refused lost-transactions")
        #expect(Self.decide(source: Self.fenced, ownTail: own).summary == "refused lost-transactions")
        #expect(Self.decide(source: Self.fenced, ownTail: .nothing).summary == Self.whole)
    }

    @Test func theSourceItselfHasNothingToSwitch() {
        #expect(Self.decide(Situations.observed("a"), source: Situations.observed("b")).summary == "nothing")
        let broken = Situations.observed("b") { $0.replicaChannels = [Situations.channel(Self.stopped)] }
        #expect(Self.decide(Situations.observed("a"), source: broken).summary == "refused swapped-roles")
    }
}
