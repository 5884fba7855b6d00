import ArgumentParser

/// Whether a plan is carried out.
struct SafetyOptions: ParsableArguments {
    @Flag(name: [.customLong("yes"), .customShort("y")], help: "Carry the plan out without asking.")
    var isAgreed = false

    @Flag(name: .customLong("dry-run"), help: "Show the plan, change nothing.")
    var isDryRun = false

    func validate() throws {
        if isAgreed, isDryRun { throw ValidationError("--yes and --dry-run exclude each other") }
    }
}
