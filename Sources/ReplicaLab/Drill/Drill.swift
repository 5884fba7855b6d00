package import ReplicaKit

/// The whole failover lab in twelve steps, on two real servers.
///
/// Everything that a failover consists of is done by ReplicaKit's operations; the drill only breaks things, asks for
/// the operations, and looks at what has become of the data.
package struct Drill: Sendable {
    /// Which servers it works on.
    package enum Target: Sendable {
        /// Two that it starts itself; `keep` leaves them running at the end.
        case own(keep: Bool)
        /// Two that exist already.
        case given(GivenDrillServers)
    }

    /// What becomes of the transactions that only the old source has.
    package enum LostPolicy: String, Sendable, CaseIterable {
        /// They are undone on the old source.
        case discard
        /// They are applied to the new source.
        case keep
    }

    private let target: Target
    private let lost: LostPolicy
    private let journal: Journal?
    private let recorder: DrillRecorder

    /// - Parameters:
    ///   - journal: where the operations are written down; nil for the lab's own folder, which goes with its servers.
    ///   - listener: is told what happens, in order and one at a time, from whichever thread.
    package init(
        target: Target,
        lost: LostPolicy = .discard,
        journal: Journal? = nil,
        listener: @escaping @Sendable (DrillEvent) -> Void
    ) {
        self.target = target
        self.lost = lost
        self.journal = journal
        recorder = DrillRecorder(listener: listener)
    }

    /// Runs all twelve steps, or as far as they go. Servers that it started are gone when it returns, also after a
    /// failure or a cancellation; only a drill that came to its end leaves them, where it was asked to.
    ///
    /// - Throws: where there are no servers to work on. A step that fails is part of the report.
    package func run() async throws(LabError) -> DrillReport {
        switch target {
        case .given(let servers):
            try await servers.requireReady(journal: journal)
            return await run(on: servers, keep: true)
        case .own(let keep):
            let servers = try await LabDrillServers.start()
            return await run(on: servers, keep: keep)
        }
    }

    /// The same on servers that are ready.
    package func run(
        on servers: any DrillServers,
        keep: Bool,
        connector: any ServerConnector = MySQLServerConnector()
    ) async -> DrillReport {
        let course = DrillCourse(
            servers: servers,
            lost: lost,
            journal: journal ?? servers.journal,
            recorder: recorder,
            base: connector
        )
        for plan in DrillStepPlan.all {
            // An operation that covers two steps has begun the second one itself, or even ended it.
            guard recorder.steps.count < plan.number else { continue }
            if recorder.current == nil {
                if Task.isCancelled || recorder.steps.contains(where: { $0.outcome != .passed }) {
                    recorder.skip(plan)
                    continue
                }
                recorder.begin(plan)
            }
            var failure: String?
            do { try await course.perform(plan.number) } catch { failure = "\(error)" }
            // After a success in a step that an operation began, that step still has its own part to do.
            if failure == nil, recorder.current?.number != plan.number { continue }
            recorder.end(failure: failure)
        }
        let steps = recorder.steps
        let stays = keep && !Task.isCancelled && steps.allSatisfy { $0.outcome == .passed }
        if stays, case .own = target { recorder.tell(.kept(course.serverInfos())) }
        if let text = await servers.bringBack() { recorder.tell(.warning(course.afterBringingBack(text))) }
        await servers.finish(keep: stays)
        return course.report(steps: steps)
    }
}

/// Why a step of the drill did not do what it must.
struct DrillFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
