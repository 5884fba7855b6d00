import Foundation
import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct TailScanTests {
    static func scan(_ rows: [(String, UInt64)], isKnown: Bool = true) -> TailScan {
        let report = LostReport(
            server: "a",
            from: Situations.place(500),
            to: Situations.place(900),
            transactions: rows.map { SimulatedReconciler.transaction($0.0, at: $0.1) }
        )
        return .lost(count: rows.count, summary: rows.map(\.0), report: isKnown ? report : nil)
    }

    @Test func twoLooksAtOneLogFindTheSame() {
        let one = Self.scan([("x", 500)])
        #expect(one.holdsSame(as: one) && TailScan.nothing.holdsSame(as: .nothing))
        #expect(one.holdsSame(as: Self.scan([("x", 500)], isKnown: false)), "the rows could not be read this time")
        #expect(!one.holdsSame(as: Self.scan([("x", 500), ("y", 600)])))
        #expect(!one.holdsSame(as: Self.scan([("y", 600)])), "another log")
        #expect(!one.holdsSame(as: .nothing) && !TailScan.nothing.holdsSame(as: .unusable("gone")))
        #expect(
            !Self.scan([("x", 500)], isKnown: false).holdsSame(as: Self.scan([("x", 500), ("y", 600)], isKnown: false))
        )
    }

    @Test func unknownIsNotNone() {
        #expect(TailScan.nothing.lostTransactions == [] && TailScan.nothing.lostCount == 0)
        #expect(TailScan.unusable("gone").lostTransactions == nil && TailScan.unusable("gone").lostCount == nil)
        let hidden = Self.scan([("x", 500)], isKnown: false)
        #expect(hidden.lostTransactions == nil && hidden.lostCount == 1)
        #expect(Self.scan([("x", 500)]).withoutRows == hidden)
    }

    @Test func plansWithAnyOfThemSurviveJSON() throws {
        for tail in [nil, .nothing, .unusable("gone"), Self.scan([("x", 500)])] as [TailScan?] {
            let plan = Plan(kind: .rejoin, operation: "o", goal: "", steps: [], tail: tail)
            #expect(try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan)) == plan)
            #expect(plan.isSame(as: plan))
            let other = Plan(kind: .rejoin, operation: "o", goal: "", steps: [], tail: Self.scan([("z", 700)]))
            #expect(!plan.isSame(as: other) && !other.isSame(as: plan))
        }
    }
}
