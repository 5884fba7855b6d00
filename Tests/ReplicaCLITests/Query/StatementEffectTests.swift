import Testing

@testable import replica_cli

@Suite struct StatementEffectTests {
    @Test(arguments: [
        ("select 1", false), (" ( SELECT 1)", false), ("/* x */ -- y\n# z\nshow tables", false), ("desc t", false),
        ("insert into t values (1)", true), ("/*! insert into t values (1) */", true), ("do sleep(1)", true),
        ("with x as (select 1) delete from t", true), ("call p()", true), ("select 1; delete from t", true),
        ("kill 1", true), ("selects", true), ("", true), ("/* x", true),
    ])
    func `only what begins as a reading is one`(sql: String, mayWrite: Bool) {
        #expect(StatementEffect.mayWrite(sql) == mayWrite)
    }
}
