import MySQLWire
import ReplicaLab
import Testing

/// SHOW REPLICA STATUS in each state that the lab's procedure meets.
extension RecordingTests {
    @Suite("of a replica's states")
    struct ReplicaStates {
        @Test func `running, stopped, stopped by an error, connecting`() async throws {
            let pair = try await LivePair.fresh()
            let bench = RecordingBench(server: pair.replica)
            try await bench.makeAccount()
            let statement = "SHOW REPLICA STATUS"

            func wait(_ what: String, until condition: (MySQLRow) -> Bool) async throws {
                let observer = try await MySQLConnection.connect(to: pair.replica.configuration)
                let deadline = ContinuousClock.now + .seconds(30)
                while true {
                    let row = try await observer.collect(sql: statement).firstRow
                    if let row, condition(row) { break }
                    try #require(ContinuousClock.now < deadline, "never \(what): \(String(describing: row))")
                    try await Task.sleep(for: .milliseconds(50))
                }
                await observer.close()
            }
            func record(_ name: String, _ scenario: String) async throws {
                try await bench.tap(name, scenario, bench.configuration(.required)) {
                    _ = try await $0.collect(sql: statement)
                }
            }

            try await wait("running") {
                $0.string("Replica_IO_Running") == "Yes" && $0.string("Replica_SQL_Running") == "Yes"
                    && $0.string("Seconds_Behind_Source") == "0"
            }
            try await record("replica-running", "SHOW REPLICA STATUS: both threads run")

            try await bench.asRoot { _ = try await $0.collect(sql: "STOP REPLICA") }
            try await record("replica-stopped", "SHOW REPLICA STATUS: both threads stopped by hand")

            try await bench.asRoot { root in
                for sql in [
                    "SET sql_log_bin = 0", "CREATE DATABASE recording_states",
                    "CREATE TABLE recording_states.t (n INT PRIMARY KEY)", "INSERT INTO recording_states.t VALUES (1)",
                    "START REPLICA",
                ] { _ = try await root.collect(sql: sql) }
            }
            let source = try await MySQLConnection.connect(to: pair.source.configuration)
            _ = try await source.collect(sql: "CREATE DATABASE recording_states")
            await source.close()
            try await wait("stopped by an error") { $0.integer("Last_SQL_Errno", as: Int.self) != 0 }
            try await record("replica-error", "SHOW REPLICA STATUS: the applier was stopped by an error (1007)")

            try await bench.asRoot { _ = try await $0.collect(sql: "DROP DATABASE recording_states") }
            try await bench.asRoot { _ = try await $0.collect(sql: "START REPLICA SQL_THREAD") }
            try await pair.source.kill()
            try await wait("connecting") {
                $0.string("Replica_IO_Running") == "Connecting" && $0.integer("Last_IO_Errno", as: Int.self) != 0
            }
            try await record("replica-connecting", "SHOW REPLICA STATUS: the source is dead, the receiver tries again")

            try await bench.asRoot { _ = try await $0.collect(sql: "STOP REPLICA") }
            try await bench.asRoot { _ = try await $0.collect(sql: "RESET REPLICA ALL") }
            try await record("replica-none", "SHOW REPLICA STATUS on a server that is no replica: no rows")
            await pair.lab.stopAll()
        }
    }
}
