import MySQLWire
import ReplicaKit
import Synchronization
import Testing

@testable import ReplicaLab

/// One drill in which every step is lied to, and gone on with all the same: each check that can be deceived by an
/// answer is red, and only those.
@Suite("A drill that gets false answers", .needsServer)
struct FalseAnswerTests {
    @Test("is red in each step that one of them is about, and never green")
    func falseAnswers() async throws {
        let servers = try await LabDrillServers.start()
        let log = DrillLog()
        let recorder = DrillRecorder(listener: log.add)
        let liar = Liar { recorder.current?.number }
        let course = DrillCourse(
            servers: servers,
            lost: .discard,
            journal: nil,
            recorder: recorder,
            base: LyingConnector(rewrite: { liar.rewrite($0) }, lie: { liar.answer($0, $1) })
        )
        // As a drill does it, but for going on after a step that failed.
        for plan in DrillStepPlan.all where recorder.steps.count < plan.number {
            if recorder.current == nil { recorder.begin(plan) }
            try await course.perform(plan.number)
            if recorder.current?.number == plan.number { recorder.end(failure: nil) }
        }
        await servers.finish(keep: false)
        let red: [Int: [TextPattern]] = [
            1: ["data identical: …"], 2: ["the row is on …"], 3: ["the row is not on …"],
            4: ["IO Yes", "SQL No", "behind its source: 0 s"],
            6: ["mysql-replica follows nobody", "mysql-replica takes writes", "'i_am_new_master' is on …"],
            7: ["mysql-source came back fenced: …", "the servers differ", "rejoin refuses by itself, …"],
            8: ["the lost row is not on …"], 9: ["data identical: …"],
            10: ["the client was never let down: …", "all # acknowledged rows are there"],
            11: [
                "mysql-source takes writes", "mysql-source is the source", "mysql-replica is fenced",
                "mysql-replica is a replica", "data identical: …",
            ],
        ]
        for step in log.steps {
            let failed = step.checks.filter { !$0.passed }.map(\.text)
            let expected = red[step.number] ?? []
            let isAsExpected = failed.count == expected.count && zip(expected, failed).allSatisfy { $0.matches($1) }
            #expect(isAsExpected, "step \(step.number): \(failed) for \(expected)")
        }
        let report = course.report(steps: recorder.steps)
        #expect(report.steps.filter { $0.outcome == .failed }.map(\.number) == red.keys.sorted())
        #expect(!report.isGreen && report.dataIdentical == false)
        #expect(log.steps.last?.notes.contains("data of both servers: DIFFERENT") == true)
    }
}

/// What is answered falsely, by the step that is on.
private final class Liar: Sendable {
    private let step: @Sendable () -> Int?
    private let state = Mutex((arrivals: 0, inserts: 0))

    init(step: @escaping @Sendable () -> Int?) { self.step = step }

    /// Rows that are there are not seen: on the replica of the moment, or (step 7) on both.
    func rewrite(_ question: LyingConnector.Question) -> String {
        let table = "FROM `testdb`.`products`"
        let replica = [1: "mysql-replica", 9: "mysql-source", 11: "mysql-replica"]
        guard let step = step(), question.sql.contains(table) else { return question.sql }
        guard step == 7 || replica[step] == question.server else { return question.sql }
        return question.sql.replacing(table, with: "FROM (SELECT * \(table) LIMIT 0) AS fewer")
    }

    func answer(
        _ question: LyingConnector.Question,
        _ truth: Result<MySQLResult, MySQLError>
    ) -> Result<MySQLResult, MySQLError> {
        let sql = question.sql
        let isSource = question.server == "mysql-source"
        func number(_ text: String) -> Result<MySQLResult, MySQLError> {
            .success(MySQLResult(columns: ["COUNT(*)"], rows: [[text]]))
        }
        switch step() {
        case 2 where sql.contains("COUNT(*)"):
            // The client that waits for it is told the truth.
            let isLate = state.withLock { state in
                if (try? truth.get().scalar) != "0" { state.arrivals += 1 }
                return state.arrivals > 1
            }
            return isLate ? number("0") : truth
        case 3 where sql.contains("COUNT(*)"): return number("1")
        case 4 where sql == "SHOW REPLICA STATUS":
            return truth.map {
                $0.replacing([
                    "Replica_IO_Running": "Yes", "Replica_SQL_Running": "No", "Seconds_Behind_Source": "0",
                ])
            }
        case 6 where sql == "SHOW REPLICA STATUS":
            return .success(MySQLResult(columns: ["Source_Host"], rows: [["127.0.0.1"]]))
        case 6 where sql.hasPrefix("SHOW GLOBAL VARIABLES"): return truth.map { $0.replacing(["read_only": "ON"]) }
        case 6 where sql.contains("COUNT(*)"): return number("0")
        case 7 where sql.contains("'refused'"): return .success(MySQLResult(columns: [], rows: []))
        case 7 where sql == "SHOW BINARY LOGS" && isSource:
            return .success(MySQLResult(columns: ["Log_name", "File_size"], rows: []))
        case 8 where sql.contains("COUNT(*)") && sql.contains("never_received"): return number("1")
        case 10 where sql.contains("INSERT INTO testdb.products"):
            let isBroken = state.withLock { state in
                state.inserts += 1
                return state.inserts > 3
            }
            return isBroken ? .failure(MySQLError(.connectionClosed, phase: .command, message: "gone")) : truth
        case 10 where sql.contains("COUNT(*)"): return number("0")
        case 11 where sql.hasPrefix("SHOW GLOBAL VARIABLES"):
            return truth.map { $0.replacing(isSource ? ["read_only": "ON"] : ["super_read_only": "OFF"]) }
        case 11 where sql == "SHOW REPLICA STATUS" && question.isObservation:
            return .success(MySQLResult(columns: ["Source_Host"], rows: isSource ? [["127.0.0.1"]] : []))
        default: return truth
        }
    }
}
