/// What a step of the drill does and why, as a person is told before it begins.
package struct DrillStepPlan: Sendable, Equatable {
    package var number: Int
    package var name: String
    package var what: String
    package var why: String

    private init(_ number: Int, _ name: String, what: String, why: String) {
        self.number = number
        self.name = name
        self.what = what
        self.why = why
    }

    /// The twelve, in order.
    package static let all = [
        DrillStepPlan(
            1,
            "both servers hold the same data",
            what: "Make testdb.products on the source, wait for the replica, compare every table and row of the two.",
            why: "A failover can only be judged from a known beginning. The table has no primary key, on purpose."
        ),
        DrillStepPlan(
            2,
            "a row arrives on the replica",
            what: "Insert a row on the source and wait until the replica has applied it.",
            why: "Running threads prove little; a row that arrives proves the way from end to end."
        ),
        DrillStepPlan(
            3,
            "a transaction is lost, and the source dies",
            what: "Cut the replica off, commit on the source what the replica never receives, kill the source.",
            why: "Asynchronous replication loses the transactions under way when a source dies. Real failures do this."
        ),
        DrillStepPlan(
            4,
            "the replica notices",
            what: "Read the replica's status.",
            why: "Its receiver finds no source, its applier is idle, and how far it is behind cannot be known: not 0."
        ),
        DrillStepPlan(
            5,
            "the replica lets go of its source",
            what: "Stop the receiver, apply all that was received, record the anchors, RESET REPLICA ALL.",
            why: "A reset throws away what was received and not applied. The anchors say later where the two parted."
        ),
        DrillStepPlan(
            6,
            "the replica is promoted",
            what: "Open the replica for writes, and verify by writing 'i_am_new_master'.",
            why: "Promoted means that a write works, not that a variable has some value."
        ),
        DrillStepPlan(
            7,
            "the old source comes back, and differs",
            what: "Start the old source, see that it is fenced, show row by row where it differs from the new source.",
            why: "Two writable servers are worse than none. What was lost must be named before it is decided upon."
        ),
        DrillStepPlan(
            8,
            "the old source follows the new one",
            what: "Make its data equal by comparison and repair, then CHANGE REPLICATION SOURCE TO a known position.",
            why: "Replicating from the current position instead ends with four green lights over different data."
        ),
        DrillStepPlan(
            9,
            "replication runs, and the rows are equal",
            what: "Read the status, and compare every row again.",
            why: "IO Yes, SQL Yes, 0 seconds and no error say nothing about the data."
        ),
        DrillStepPlan(
            10,
            "switched back, as planned",
            what: "Write on the source, hold writes, let the replica catch up, swap the roles.",
            why: "A planned switch loses nothing, and holds up writes for a moment only. The moment is measured."
        ),
        DrillStepPlan(
            11,
            "both servers, once more",
            what: "Read both statuses, and compare both servers in full.",
            why: "The end is compared like the beginning."
        ),
        DrillStepPlan(
            12,
            "the summary",
            what: "Tell what happened when, what was lost, and what was done about it.",
            why: "A failover that nobody can retell will be argued about."
        ),
    ]
}
