import Testing

@testable import ReplicaLab
@testable import replica_cli

@Suite struct DrillResultLostTests {
    @Test func `lost transactions that were not looked for are unknown, not none`() {
        func text(_ report: DrillReport) -> String { DrillResult(report: report).json.compact }
        #expect(text(DrillReport(steps: [])).contains("\"lostTransactions\": null"))
        #expect(text(DrillReport(steps: [], lostTransactions: [])).contains("\"lostTransactions\": []"))
    }
}
