import Foundation
import MySQLWire
import Testing

@testable import replica_cli

@Suite struct JSONResultWriterTests {
    private let problem = QueryProblem(
        line: 2,
        message: "ERROR 1317 (70100): interrupted",
        error: MySQLError(
            .server,
            phase: .rows,
            fate: .maybeExecuted,
            message: "interrupted",
            server: .init(number: 1317, sqlState: "70100", message: "interrupted")
        )
    )

    @Test(arguments: [0, 1, 2]) func `a failure leaves one whole object that tells it`(results: Int) throws {
        let rows = MySQLResult(columns: ["a"], rows: [["1"], ["2"]])
        let object = try object { writer in
            for number in 0..<results {
                try writer.begin(rows.columns)
                for batch in rows.batches { try writer.write(batch) }
                // The last one is cut off.
                if number + 1 < results { try writer.end(rows.completion) }
            }
            try writer.fail(problem)
        }
        #expect((object["results"] as? [[String: Any]])?.count == results)
        let error = object["error"] as? [String: Any]
        #expect(error?["number"] as? Int == 1317 && error?["line"] as? Int == 2)
        #expect(error?["fate"] as? String == "maybeExecuted")
        if results > 0 { #expect((object["results"] as? [[String: Any]])?.last?["warnings"] is NSNull) }
    }

    @Test func `without a failure there is no error`() throws {
        let object = try object { try $0.finish() }
        #expect(Set(object.keys) == ["schema", "results"])
    }

    private func object(_ body: (inout JSONResultWriter) throws -> Void) throws -> [String: Any] {
        let bytes = try captured { sink in
            var writer = JSONResultWriter(sink: sink)
            try body(&writer)
        }
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }
}
