package import ReplicaKit

/// What a drill found out: the one object of `--format json`.
package struct DrillReport: Sendable, Codable, Equatable {
    /// Counts up when a field changes its meaning or goes.
    package var schema = 1
    /// The version of the servers, as they tell it; nil where neither could be asked.
    package var server: String?
    /// Always twelve.
    package var steps: [DrillStep]
    /// The transactions that only the old source had.
    package var lostTransactions: [LostReport.Transaction]
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

    private enum CodingKeys: String, CodingKey {
        case schema, server, steps, lostTransactions, dataIdentical, writePauseSeconds, promotionSeconds
    }

    // By hand: what is unknown is written as null, where the compiler's version would leave the key out.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(server, forKey: .server)
        try container.encode(steps, forKey: .steps)
        try container.encode(lostTransactions, forKey: .lostTransactions)
        try container.encode(dataIdentical, forKey: .dataIdentical)
        try container.encode(writePauseSeconds, forKey: .writePauseSeconds)
        try container.encode(promotionSeconds, forKey: .promotionSeconds)
    }
}
