import Testing

@testable import ReplicaLab
@testable import replica_cli

/// What a person reads while a drill runs.
@Suite struct DrillPresenterTests {
    private static let servers = [
        DrillServerInfo(name: "mysql-source", role: "source", address: "127.0.0.1:1", connect: "mysql -h one"),
        DrillServerInfo(name: "mysql-replica", role: "replica", address: "127.0.0.1:2", connect: nil),
    ]

    private static let insert = DrillStatement(
        server: "mysql-source",
        sql: "INSERT INTO t\n  VALUES ('a\u{1B}[2J')",
        answer: "OK, 1 row affected"
    )

    private static let refused = DrillStatement(
        server: "mysql-replica",
        sql: "INSERT",
        answer: "ERROR 1290 (HY000): no"
    )

    /// One of each event, in the order of a drill.
    private static func events() -> [DrillEvent] {
        let (second, third) = (DrillStepPlan.all[1], DrillStepPlan.all[2])
        func end(_ plan: DrillStepPlan, _ outcome: DrillStep.Outcome) -> DrillStep {
            DrillStep(number: plan.number, name: plan.name, outcome: outcome, seconds: 1.25, statements: [])
        }
        return [
            .began(servers: servers, version: "9.7.4-2"),
            .stepStarted(second),
            .statement(insert, seconds: 0.0042, isDetail: false),
            .statement(DrillStatement(server: "s", sql: "SELECT 1", answer: "1"), seconds: 0, isDetail: true),
            .check("the row is there", passed: true),
            .stepEnded(end(second, .passed), failure: nil),
            .stepStarted(third),
            .note("mysql-source is dead: kill -KILL 7"),
            .statement(refused, seconds: 0, isDetail: false),
            .check("IO No", passed: false),
            .stepEnded(end(third, .failed), failure: "not as it must be: IO No"),
            .stepEnded(end(DrillStepPlan.all[11], .skipped), failure: nil),
            .summary("lost: a row"),
            .kept(servers),
        ]
    }

    private func text(_ presenter: DrillPresenter) -> String {
        Self.events().map { presenter.text(for: $0) }.joined()
    }

    @Test func `each step: what and why, the SQL and its server, what came back, how long, a tick or a cross`() {
        #expect(
            text(DrillPresenter(text: StepText(terminal: .plain))) == """
                MySQL 9.7.4-2: mysql-source at 127.0.0.1:1 (source), mysql-replica at 127.0.0.1:2 (replica)

                 2/12  a row arrives on the replica
                       Insert a row on the source and wait until the replica has applied it.
                       Running threads prove little; a row that arrives proves the way from end to end.
                       mysql-source> INSERT INTO t   VALUES ('a\\u{1b}[2J')
                         → OK, 1 row affected  (0.004 s)
                     ✓ the row is there
                     ✓ passed  1.3 s

                 3/12  a transaction is lost, and the source dies
                       Cut the replica off, commit on the source what the replica never receives, kill the source.
                       Asynchronous replication loses the transactions under way when a source dies. Real failures do this.
                       mysql-source is dead: kill -KILL 7
                       mysql-replica> INSERT
                         → ERROR 1290 (HY000): no  (0.000 s)
                     ✗ IO No
                     ✗ failed: not as it must be: IO No  1.3 s

                12/12  the summary
                     – skipped

                       lost: a row
                the servers stay running:
                  mysql-source (source) at 127.0.0.1:1
                    mysql -h one
                  mysql-replica (replica) at 127.0.0.1:2

                """
        )
    }

    @Test func `--verbose shows the readings too`() {
        let shown = text(DrillPresenter(text: StepText(terminal: .plain), isVerbose: true))
        #expect(shown.contains("       s> SELECT 1\n         → 1  (0.000 s)\n"))
    }

    @Test func `beside JSON and tsv there are the steps, what failed, and how to connect`() {
        #expect(
            text(DrillPresenter(text: StepText(terminal: .plain), isBrief: true)) == """
                 2/12  a row arrives on the replica
                     ✓ passed  1.3 s
                 3/12  a transaction is lost, and the source dies
                     ✗ IO No
                     ✗ failed: not as it must be: IO No  1.3 s
                12/12  the summary
                     – skipped
                the servers stay running:
                  mysql-source (source) at 127.0.0.1:1
                    mysql -h one
                  mysql-replica (replica) at 127.0.0.1:2

                """
        )
    }

    @Test func `on a terminal good is green, bad is red, and the words are the same`() {
        let terminal = Terminal(isTerminal: true, width: 80, hasColour: true)
        let coloured = text(DrillPresenter(text: StepText(terminal: terminal)))
        #expect(coloured.contains("\u{1B}[32m✓\u{1B}[0m passed") && coloured.contains("\u{1B}[31m✗\u{1B}[0m IO No"))
        let plain = text(DrillPresenter(text: StepText(terminal: .plain)))
        #expect(coloured.replacing(/\u{1B}\[[0-9]*m/, with: "") == plain)
    }
}
