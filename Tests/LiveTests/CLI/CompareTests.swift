import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

@Suite(.needsServer) struct CompareTests {
    @Test func `a row that only one side has is exit 3, and shown by its content`() async throws {
        let pair = try await LivePair.fresh()
        let (source, replica) = (pair.source, pair.replica)
        let cli = CLIPair(pair: pair)
        let arguments = ["--source", "127.0.0.1:\(source.port)", "--replica", "127.0.0.1:\(replica.port)"]
        let first = try await MySQLConnection.connect(to: source.configuration)
        _ = try await first.collect(sql: "CREATE DATABASE cli_compare")
        _ = try await first.collect(sql: "CREATE TABLE cli_compare.products (text VARCHAR(40))")
        _ = try await first.collect(sql: "INSERT INTO cli_compare.products VALUES ('both')")
        await first.close()
        let equal = try await cli.run("compare", on: source, arguments)
        #expect(equal.status == 0)
        #expect(equal.text.contains("identical"))
        #expect(equal.errors.isEmpty)

        let second = try await MySQLConnection.connect(to: replica.configuration)
        _ = try await second.collect(sql: "SET sql_log_bin = 0")
        _ = try await second.collect(sql: "INSERT INTO cli_compare.products VALUES ('errant')")
        await second.close()
        let different = try await cli.run("compare", on: source, arguments)
        #expect(different.status == 3)
        #expect(different.text.contains("text=errant"))
        let json = try await cli.run("compare", on: source, ["--format", "json"] + arguments)
        let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
        #expect(object["identical"] as? Bool == false)

        let swapped = try await cli.run(
            "compare",
            on: source,
            ["--source", "127.0.0.1:\(replica.port)", "--replica", "127.0.0.1:\(source.port)"]
        )
        #expect(swapped.status == 6)
        #expect(swapped.lines.count == 1 && swapped.errors.contains("--apart"))
        // Not its replica, and compared all the same.
        let apart = try await cli.run("compare", on: source, ["--apart", "--format", "tsv"] + arguments)
        #expect(apart.status == 3 && apart.text.contains("cli_compare.products"), "\(apart.errors)")
        #expect(apart.errors.contains("not compared: what either has written since"), "\(apart.errors)")
        #expect(apart.errors.contains("not compared: accounts"))
        await pair.lab.stopAll()
    }

    @Test func `a server named twice is a usage error`() async throws {
        let outcome = try await Program.run(["compare", "--no-defaults", "--source", "db1", "--replica", "db1:3306"])
        #expect(outcome.status == 64)
    }
}
