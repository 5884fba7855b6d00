import Foundation
import Testing

@testable import replica_cli

@Suite struct JSONValueTests {
    @Test func `keys keep their order, unknown is null, numbers are numbers`() {
        let value = JSONValue.object([
            "schema": 1, "lag": JSONValue(nil as Int?), "name": "db\"1\\\n\u{1}", "seconds": JSONValue(1.25),
            "rows": .array([1, 2]),
            "steps": .array([.object(["ok": true])]), "none": .array([]), "position": JSONValue(UInt64.max),
        ])
        #expect(
            value.rendered() == """
                {
                  "schema": 1,
                  "lag": null,
                  "name": "db\\"1\\\\\\n\\u0001",
                  "seconds": 1.25,
                  "rows": [1, 2],
                  "steps": [
                    {
                      "ok": true
                    }
                  ],
                  "none": [],
                  "position": 18446744073709551615
                }
                """
        )
    }

    @Test func `what is written can be read by another reader`() throws {
        let text = String(String.UnicodeScalarView((0...0x2FF).compactMap { Unicode.Scalar($0) })) + "🐬"
        let written = JSONValue.object(["text": .string(text), "infinite": JSONValue(Double.infinity)]).rendered()
        let read = try #require(try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: Any])
        #expect(read["text"] as? String == text)
        #expect(read["infinite"] is NSNull)
    }

    @Test(arguments: [
        ("0005", "5"), ("-0.50", "-0.50"), ("000", "0"), ("1e20", "1e20"),
        ("18446744073709551615", "18446744073709551615"),
    ])
    func `numbers of the server become numbers of JSON`(text: String, expected: String) {
        #expect(JSONResultWriter.number(text) == .number(expected))
    }
}
