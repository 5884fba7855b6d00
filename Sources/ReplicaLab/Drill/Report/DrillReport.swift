package import ReplicaKit

/// What a drill found out.
package struct DrillReport: Sendable, Equatable {
    /// Counts up when a field changes its meaning or goes.
    package var schema = 1
    /// The version of the servers, as they tell it; nil where neither could be asked.
    package var server: String?
    /// Always twelve.
    package var steps: [DrillStep]
    /// The transactions that only the old source had; nil where they were not looked for.
    package var lostTransactions: [LostReport.Transaction]?
    /// Whether the last comparison of every table and row found no difference; nil where it was never made.
    package var dataIdentical: Bool?
    /// How long the planned switchover held up writes; nil where it was not reached.
    package var writePauseSeconds: Double?
    /// From the confirmed death of the source to a verified write on its successor; nil where it was not reached.
    package var promotionSeconds: Double?

    /// Every step passed and the data is identical.
    package var isGreen: Bool {
        steps.count == DrillStepPlan.all.count && steps.allSatisfy { $0.outcome == .passed } && dataIdentical == true
    }
}
