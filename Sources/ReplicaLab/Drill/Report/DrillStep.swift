/// One of the twelve steps, when it is over.
package struct DrillStep: Sendable, Equatable {
    package enum Outcome: String, Sendable {
        case passed, failed
        /// An earlier step failed, or the drill was interrupted.
        case skipped
    }

    /// 1 to 12.
    package var number: Int
    package var name: String
    package var outcome: Outcome
    package var seconds: Double
    package var statements: [DrillStatement]
}
