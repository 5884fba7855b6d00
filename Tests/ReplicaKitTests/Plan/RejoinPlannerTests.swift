import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct RejoinPlannerTests {
    static let follow = "run persist-fence examine follow wait-healthy verify-data mark-used"
    static let discard = "run persist-fence examine repair follow wait-healthy verify-data mark-used"
    static let keep = "run persist-fence examine keep-lost repair follow wait-healthy verify-data mark-used"
    static let lost = TailScan.lost(
        count: 1,
        summary: ["binlog.000001:500 insert testdb.products: text=lost"],
        report: nil
    )

    /// `b` was promoted.
    static let new = Situations.observed("b") {
        $0.replicaChannels = []
        $0.readOnly = false
        $0.superReadOnly = false
    }
    static let parted = [Situations.anchor(.promoting), Situations.anchor(.promoted)]

    static func decide(
        _ old: ObservedServer = Situations.observed("a"),
        to new: ObservedServer = Self.new,
        anchors: [Anchor] = Self.parted,
        credentials: CredentialsCheck = .accepted(username: "repl"),
        policy: LostPolicy = .refuse,
        withoutAnchor: Bool = false,
        tail: TailScan? = .nothing,
        since: OriginScan? = .read(LogOrigins(firstOwn: Situations.place(950))),
        logs: [String]? = ["binlog.000001"]
    ) -> PlanDecision {
        RejoinPlanner(
            RejoinSituation(
                old: old,
                new: new,
                anchors: AnchorHistory(anchors),
                credentials: credentials,
                policy: policy,
                withoutAnchor: withoutAnchor,
                tail: tail,
                sinceAnchor: since,
                newBinaryLogs: logs,
                operation: "new"
            )
        ).decide()
    }

    static func following(_ change: @escaping (inout ReplicaStatus) -> Void = { _ in }) -> ObservedServer {
        Situations.observed("a") {
            $0.readOnly = true
            $0.superReadOnly = true
            $0.replicaChannels = [
                Situations.channel {
                    $0.sourceHost = "b"
                    $0.sourcePort = 3302
                    $0.sourceUUID = "uuid-b"
                    $0.executed = Situations.place(950)
                    change(&$0)
                }
            ]
        }
    }

    @Test(
        "What becomes of what was lost",
        arguments: [
            (follow, LostPolicy.refuse, TailScan.nothing), (follow, .discard, .nothing),
            ("refused lost-transactions", .refuse, lost), (discard, .discard, lost), (keep, .keep, lost),
            ("refused anchor-unusable", .refuse, .unusable("gone")),
            ("refused anchor-unusable", .discard, .unusable("gone")),
        ]
    )
    func policies(expected: String, policy: LostPolicy, tail: TailScan) {
        #expect(Self.decide(policy: policy, tail: tail).summary == expected)
    }

    @Test func theLostAreNamedInTheRefusal() {
        guard case .refused(let refusal) = Self.decide(tail: Self.lost) else { return }
        #expect(refusal.description.contains("text=lost"))
        #expect(refusal.reasons[0].instead.contains("--lost discard"))
    }

    @Test(arguments: [LostPolicy.discard, .keep])
    func aPlanShowsWhatWouldBeLost(policy: LostPolicy) {
        guard case .run(let plan) = Self.decide(policy: policy, tail: Self.lost) else {
            Issue.record("no plan")
            return
        }
        #expect(plan.tail == Self.lost && plan.tail?.lostCount == 1)
        let warning = plan.warnings.first { $0.code == .lostTransactions }
        #expect((warning?.message.contains("saved to a file first") == true) == (policy == .discard))
    }

    @Test func aRefusalHoldsTheLostForPrograms() {
        let report = LostReport(
            server: "a",
            from: Situations.place(500),
            to: Situations.place(600),
            transactions: [SimulatedReconciler.transaction("lost", at: 500)]
        )
        let decision = Self.decide(tail: .lost(count: 1, summary: [], report: report))
        guard case .refused(let refusal) = decision else { return }
        #expect(refusal.lost == report)
    }

    @Test func whatLiesBeyondAnAnchorThatHasServedIsNotShownAsLost() {
        guard case .run(let plan) = Self.decide(Self.following(), tail: Self.lost) else { return }
        #expect(plan.tail == nil)
    }

    @Test func whatWasKeptIsNotKeptTwice() {
        let decision = Self.decide(anchors: Self.parted + [Situations.anchor(.kept)], policy: .keep, tail: Self.lost)
        #expect(decision.summary == Self.discard)
    }

    @Test(
        "What is refused",
        arguments: [
            ("refused unreachable", Self.decide(Situations.failed("a", Situations.refusedConnection))),
            ("refused unreachable", Self.decide(to: Situations.failed("b", Situations.refusedConnection))),
            ("refused same-server", Self.decide(Self.new)),
            // The old one is the present source.
            ("refused swapped-roles", Self.decide(to: Situations.observed("b"))),
            (
                "refused not-writable",
                Self.decide(
                    to: Situations.observed("b") {
                        $0.replicaChannels = [Situations.channel { $0.sourceUUID = "uuid-c" }]
                    }
                )
            ),
            ("refused not-writable", Self.decide(to: Situations.observed("b") { $0.replicaChannels = [] })),
            ("refused other-source", Self.decide(Self.following { $0.sourceUUID = "uuid-c" })),
            ("refused no-anchor", Self.decide(anchors: [])),
            ("refused no-anchor", Self.decide(anchors: Self.parted + [Situations.anchor(.used)])),
            ("refused no-anchor", Self.decide(anchors: Self.parted + [Situations.anchor(.aborted)])),
            ("refused no-credentials", Self.decide(credentials: .missing)),
            ("refused anchor-unusable", Self.decide(logs: ["binlog.000002"])),
            (
                "refused applier-error",
                Self.decide(Self.following { $0.applierError = ReplicationError(number: 1062, message: "") })
            ),
        ]
    )
    func refused(expected: String, decision: PlanDecision) {
        #expect(decision.summary == expected)
    }

    /// A promotion was killed, the source came back, replication was resumed by hand, and later failed over by hand.
    @Test(arguments: LostPolicy.allCases)
    func aPlaceOfPartingBehindWhichTheyReplicatedAgainIsOutOfDate(policy: LostPolicy) throws {
        let again = OriginScan.read(
            LogOrigins(firstOwn: Situations.place(990), firstReplicated: Situations.place(950))
        )
        for anchors in [[Situations.anchor(.promoting)], [Situations.anchor(.switching)], Self.parted] {
            let decision = Self.decide(anchors: anchors, policy: policy, tail: Self.lost, since: again)
            #expect(decision.summary == "refused no-anchor")
            guard case .refused(let refusal) = decision else { return }
            #expect(refusal.description.contains("binlog.000001:950"))
            #expect(try #require(refusal.reasons.first).instead.contains("--without-anchor"))
        }
    }

    @Test func anInterruptedPartingHasToBeProvenCurrent() {
        let purged = OriginScan.unreadable("its binary log binlog.000001 is not there any more")
        #expect(Self.decide(anchors: [Situations.anchor(.promoting)], since: purged).summary == "refused no-anchor")
        // It was finished: the new source forgot the old one, and had nobody to replicate from.
        #expect(Self.decide(since: purged).summary == Self.follow)
    }

    @Test func withoutAnAnchorEverythingIsComparedAndRepairedIfAskedFor() {
        #expect(
            Self.decide(anchors: [], policy: .discard, withoutAnchor: true, tail: nil).summary
                == "run persist-fence repair follow wait-healthy verify-data"
        )
        #expect(Self.decide(anchors: [], withoutAnchor: true, tail: nil).summary == "refused no-anchor")
    }

    @Test func whoFollowsAlreadyIsOnlyVerified() {
        let used = Self.parted + [Situations.anchor(.used)]
        #expect(Self.decide(Self.following(), anchors: used).summary == "run wait-healthy verify-data")
        #expect(Self.decide(Self.following()).summary == "run wait-healthy verify-data mark-used")
    }

    @Test func whoFollowsAlreadyIsRepairedWhereThatIsAskedForAndSomethingDiffers() {
        let used = Self.parted + [Situations.anchor(.used)]
        let decision = Self.decide(Self.following(), anchors: used, policy: .discard)
        #expect(
            decision.summary
                == "run wait-healthy compare-data persist-fence repair follow wait-healthy verify-data"
        )
        guard case .run(let plan) = decision else { return }
        for step in plan.steps.dropFirst(2) {
            #expect(step.precondition?.contains("step 2 found a difference") == true)
        }
        // Where it goes on is known only to the repair.
        #expect(plan.steps.first { $0.code == .follow }?.statements.contains { $0.contains("<position>") } == true)
        #expect(
            Self.decide(Self.following(), anchors: used, credentials: .missing, policy: .discard).summary
                == "refused no-credentials"
        )
        #expect(
            Self.decide(Self.following(), anchors: used, policy: .keep).summary == "run wait-healthy verify-data"
        )
    }

    /// The fence stops it, for its log to stand still.
    @Test func aFollowerThatIsNotFencedIsStartedAgainBehindTheFence() {
        let open = ObservedServer(
            server: SimulatedCluster.server("a"),
            result: .success(
                Situations.seen("a") { $0.replicaChannels = Self.following().observation?.replicaChannels }
            )
        )
        #expect(
            Self.decide(open, anchors: Self.parted + [Situations.anchor(.used)]).summary
                == "run persist-fence start-replica wait-healthy verify-data"
        )
    }

    @Test func onlyWhatAnInterruptedRunBeganIsGoneOnWith() {
        func resumes(_ anchors: [Anchor]) -> Bool? {
            guard case .run(let plan) = Self.decide(Self.following(), anchors: anchors) else { return nil }
            return plan.isResumption
        }
        #expect(resumes(Self.parted) == true)
        #expect(resumes(Self.parted + [Situations.anchor(.used)]) == false)
        #expect(resumes([]) == false)
    }

    @Test func aFollowerThatAKilledRunLeftIsGoneOnWith() {
        let stopped = Self.following {
            $0.receiver = .no
            $0.applier = .no
        }
        #expect(Self.decide(stopped).summary == "run persist-fence start-replica wait-healthy verify-data mark-used")
        let rejected = Self.following {
            $0.receiver = .connecting
            $0.receiverError = ReplicationError(number: 1045, message: "")
        }
        #expect(Self.decide(rejected).summary == "run persist-fence follow wait-healthy verify-data mark-used")
        // It may be connected a moment later: that must not be another plan.
        let starting = Self.following { $0.receiver = .connecting }
        #expect(Self.decide(starting).summary == "run wait-healthy verify-data mark-used")
        // A channel that stands before the parting is left over from older times.
        let stale = Self.following {
            $0.receiver = .no
            $0.applier = .no
            $0.executed = Situations.place(100)
        }
        #expect(Self.decide(stale).summary == Self.follow)
    }
}
