import Testing

@testable import MySQLWire

@Suite struct BinlogTableDescriptionsTests {
    @Test func `tables whose names only look alike keep their own columns`() {
        let (one, two) = ("caf\u{E9}", "cafe\u{301}")
        let rows = [one, two].map { ["d", $0, "column of \($0)", "int unsigned", "PRI", ""] }
        let columns = ["TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "COLUMN_TYPE", "COLUMN_KEY", "EXTRA"]
        let descriptions = BinlogTableDescriptions(MySQLResult(columns: columns, rows: rows))
        for name in [one, two] {
            let found = descriptions.columns(schema: "d", table: name) ?? []
            #expect(found.map { Array($0.name.utf8) } == [Array("column of \(name)".utf8)])
        }
    }
}
