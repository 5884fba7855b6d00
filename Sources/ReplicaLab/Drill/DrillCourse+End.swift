internal import ReplicaKit

/// Steps 9, 11 and 12: what has become of it.
extension DrillCourse {
    func checkTheRejoined() async throws {
        try await catchUp()
        checkRunning(try await settledStatus(of: replica))
        checkIdentical(try await compareBoth())
    }

    func compareAtTheEnd() async throws {
        try await catchUp()
        let observed = await ServerObserver(connector: connector).observe([source, replica])
        for server in observed {
            guard let seen = server.observation else { throw DrillFailure("\(server.name) cannot be observed") }
            let isSource = server.name == source.name
            recorder.check(
                "\(server.name) \(isSource ? "takes writes" : "is fenced")",
                isSource ? seen.isWritable == true : seen.isFenced
            )
            recorder.check("\(server.name) is \(isSource ? "the source" : "a replica")", seen.isReplica == !isSource)
        }
        recorder.check("\(source.name) is the source again", source.name == servers.source.name)
        checkRunning(try await settledStatus(of: replica))
        checkIdentical(try await compareBoth())
    }

    func summarise() {
        var elapsed = 0.0
        for step in recorder.steps {
            recorder.tell(.summary("\(Self.clock(elapsed))  \(step.number). \(step.name)"))
            elapsed += step.seconds
        }
        for transaction in lostTransactions ?? [] {
            recorder.tell(.summary("lost: \(Self.describe(transaction))"))
        }
        if !outcomeOfLost.isEmpty { recorder.tell(.summary("done about it: \(outcomeOfLost)")) }
        if let promotion {
            recorder.tell(.summary("promotion, from confirmed death to verified write: \(promotion) s"))
        }
        if let writePause { recorder.tell(.summary("write pause of the switchover: \(writePause) s")) }
        let verdict = dataIdentical.map { $0 ? "identical" : "DIFFERENT" } ?? "not compared"
        recorder.tell(.summary("data of both servers: \(verdict)"))
        if !notCompared.isEmpty { recorder.tell(.summary("not compared: \(notCompared.joined(separator: "; "))")) }
    }

    /// `mm:ss.t`, counted from the first step.
    private static func clock(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        let (minutes, rest) = tenths.quotientAndRemainder(dividingBy: 600)
        let text = "\(rest / 10).\(rest % 10)"
        return "\(minutes < 10 ? "0" : "")\(minutes):\(rest < 100 ? "0" : "")\(text)"
    }
}
