/// What a drill tells while it runs, in order and one at a time.
package enum DrillEvent: Sendable {
    /// The servers are there. `version` is what they tell of themselves.
    case began(servers: [DrillServerInfo], version: String)
    case stepStarted(DrillStepPlan)
    /// A statement and its answer. `isDetail`: a reading or a setting of an operation, of which there are many.
    case statement(DrillStatement, seconds: Double, isDetail: Bool)
    /// Something that was done without SQL, or that is worth knowing.
    case note(String)
    /// One thing that was looked at, and whether it is as it must be.
    case check(String, passed: Bool)
    /// `failure` says what went wrong, where the step failed.
    case stepEnded(DrillStep, failure: String?)
    /// What has to be known also by who does not look at the single steps.
    case warning(String)
    /// One line of the summary.
    case summary(String)
    /// The servers stay; how to connect to each.
    case kept([DrillServerInfo])
}

/// A server of the drill, for a person.
package struct DrillServerInfo: Sendable, Equatable {
    package var name: String
    /// `source` or `replica`, at this moment.
    package var role: String
    package var address: String
    /// A command line that connects to it; nil where we do not know one.
    package var connect: String?
    /// A command line that stops it, where the drill started it.
    package var stop: String?
    /// Holds its files, where the drill started it.
    package var directory: String?
}
