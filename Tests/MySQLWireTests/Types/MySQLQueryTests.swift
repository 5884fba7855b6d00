import Testing

@testable import MySQLWire

@Suite struct MySQLQueryTests {
    @Test func `what is interpolated becomes a parameter, never text`() {
        let name = "x' OR 1 = 1 --"
        let age: Int? = nil
        let query: MySQLQuery = "SELECT * FROM t WHERE name = \(name) AND age <=> \(age) AND d = \(1.5)"
        #expect(query.sql == "SELECT * FROM t WHERE name = ? AND age <=> ? AND d = ?")
        #expect(query.values == [.text(name), .null, .double(1.5)])
    }

    @Test func `lists, names and the program's own text`() throws {
        let query: MySQLQuery = try "SELECT \(sql: "COUNT(*)") FROM \(identifier: "a`b") WHERE id IN (\(list: [1, 2]))"
        #expect(query.sql == "SELECT COUNT(*) FROM `a``b` WHERE id IN (?, ?)")
        #expect(query.values == [.integer(1), .integer(2)])
        #expect(MySQLQuery("IN (\(list: [String]()))").sql == "IN (NULL)")
        #expect(throws: MySQLError.self) { let _: MySQLQuery = try "SELECT \(identifier: "")" }
        #expect(MySQLQuery("IN (\(list: Set([3])))").values == [.integer(3)])
        #expect(MySQLQuery(sql: "SELECT ?", values: ["a"]).values == [.text("a")])
    }

    @Test func `parts of a statement keep their values, in the order of the text`() {
        let contents = MySQLLongData { nil }
        let limits: [MySQLQuery] = ["price < \(5)", "note = \(longData: contents)", "stock > \(0)"]
        let query: MySQLQuery =
            "SELECT \("x") FROM t WHERE (\(joined: limits, by: " AND ")) \(MySQLQuery("LIMIT \(3)"))"
        #expect(query.sql == "SELECT ? FROM t WHERE (price < ? AND note = ? AND stock > ?) LIMIT ?")
        #expect(query.values[...1] == [.text("x"), .integer(5)])
        #expect(query.values[3...] == [.integer(0), .integer(3)])
        #expect(query.longData == [2: contents])
        #expect(MySQLQuery("a\(joined: [MySQLQuery](), by: ",")").sql == "a")
    }

    @Test func `a query that is printed tells no value`() {
        let query: MySQLQuery = "SELECT \("secret")"
        #expect("\(query)" == "SELECT ?")
        #expect("\([query])" == "[SELECT ?]")
    }
}
