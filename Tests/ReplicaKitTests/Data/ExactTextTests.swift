import Testing

@testable import ReplicaKit

/// Names and definitions that look alike and are two for a server: `é` in one character, and in two.
@Suite("Texts that only look alike")
struct ExactTextTests {
    private static let (one, two) = ("caf\u{E9}", "cafe\u{301}")

    @Test("are two tables, in one order")
    func tables() {
        #expect(Self.one == Self.two, "what this is about")
        let names = [TableName(database: "d", name: Self.one), TableName(database: "d", name: Self.two)]
        #expect(names[0] != names[1] && Set(names).count == 2)
        #expect(names.sorted() == [names[1], names[0]] && names.reversed().sorted() == [names[1], names[0]])
        #expect(TableName(database: "a", name: "bc") != TableName(database: "ab", name: "c"))
        #expect(TableName(database: "d", name: Self.one) == names[0])
        let ids = [Self.one, Self.two].map { SchemaObject.ID(kind: .database, database: $0, name: $0) }
        #expect(Set(ids).count == 2 && !ids[0].isBeside(ids[1]) && ids[0].isBeside(ids[0]))
    }

    @Test("are two columns, two types and two definitions")
    func definitions() {
        func column(_ name: String, _ type: String) -> ColumnInfo {
            ColumnInfo(
                name: name,
                dataType: "enum",
                columnType: type,
                characterSet: "utf8mb4",
                collation: nil,
                isNullable: true,
                generation: .none
            )
        }
        #expect(column(Self.one, "enum('a')") != column(Self.two, "enum('a')"))
        #expect(column("c", "enum('\(Self.one)')") != column("c", "enum('\(Self.two)')"))
        #expect(column(Self.one, "enum('a')") == column(Self.one, "enum('a')"))
        func trigger(_ text: String, on table: String) -> SchemaObject.Definition {
            .init(text: text, table: TableName(database: "d", name: table))
        }
        #expect(trigger(Self.one, on: "t") != trigger(Self.two, on: "t"))
        #expect(trigger("x", on: Self.one) != trigger("x", on: Self.two))
        #expect(trigger("x", on: Self.one) == trigger("x", on: Self.one))
        let row = RowImage(fields: [
            .init(column: Self.one, value: .integer(1)), .init(column: Self.two, value: .integer(2)),
        ])
        #expect(row[Self.one] == .integer(1) && row[Self.two] == .integer(2))
    }
}
