import MySQLWire

/// One object for all statements, written row by row.
///
/// A row is an array in the columns' order: two columns may have one name. Numbers are numbers, without losing a
/// digit; bytes (a column with `"encoding": "hex"`) are hexadecimal; everything else is text.
struct JSONResultWriter: ResultWriter {
    let sink: ByteSink
    private var results = 0
    private var rows = 0
    /// A result has begun and has no end yet.
    private var isOpen = false
    private var columns = MySQLColumns([])

    init(sink: ByteSink) {
        self.sink = sink
    }

    mutating func begin(_ columns: MySQLColumns) throws {
        self.columns = columns
        try sink.write(results == 0 ? "{\n  \"schema\": 1,\n  \"results\": [\n    {" : ",\n    {")
        let described = columns.definitions.map { column in
            JSONValue.object(["name": .string(column.name), "encoding": column.holdsBytes ? "hex" : "text"])
        }
        try sink.write("\n      \"columns\": \(JSONValue.array(described).compact),\n      \"rows\": [")
        results += 1
        rows = 0
        isOpen = true
    }

    mutating func write(_ batch: MySQLRowBatch) throws {
        for row in batch {
            let values = JSONValue.array(columns.definitions.indices.map { value(row, $0) })
            try sink.write((rows == 0 ? "\n        " : ",\n        ") + values.compact)
            rows += 1
        }
    }

    mutating func end(_ completion: MySQLCompletion?) throws {
        isOpen = false
        try sink.write(rows == 0 ? "]" : "\n      ]")
        // Where rows are returned, nothing is affected.
        let affected: UInt64? = columns.isEmpty ? completion?.affectedRows : nil
        try sink.write(",\n      \"affectedRows\": \(JSONValue(affected).compact),\n")
        try sink.write("      \"warnings\": \(JSONValue(completion?.warnings).compact)\n    }")
    }

    func flush() throws { try sink.flush() }

    mutating func finish() throws {
        try closeResults()
        try sink.write("\n}\n")
        try sink.flush()
    }

    /// The object is whole also then: with one more member, `error`. A result that was cut off has no `warnings`.
    mutating func fail(_ problem: QueryProblem) throws {
        if isOpen { try end(nil) }
        try closeResults()
        try sink.write(",\n  \"error\": \(problem.json.compact)\n}\n")
        try sink.flush()
    }

    private func closeResults() throws {
        try sink.write(results == 0 ? "{\n  \"schema\": 1,\n  \"results\": []" : "\n  ]")
    }

    private func value(_ row: MySQLRow, _ index: Int) -> JSONValue {
        guard let bytes = row.bytes(at: index) else { return .null }
        let column = columns.definitions[index]
        if column.holdsBytes { return .string(BinaryText.hexadecimal(bytes)) }
        let text = String(decoding: bytes, as: UTF8.self)
        return column.type.isNumber ? Self.number(text) : .string(text)
    }

    /// ZEROFILL puts zeros before a number, which JSON does not allow.
    static func number(_ text: String) -> JSONValue {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? text.dropFirst() : text[...]
        let whole = digits.prefix { ("0"..."9").contains($0) }
        guard !whole.isEmpty, digits.allSatisfy({ "0123456789.eE+-".contains($0) }) else { return .string(text) }
        let significant = whole.drop { $0 == "0" }
        let shortened = (significant.isEmpty ? "0" : significant) + digits.dropFirst(whole.count)
        return .number((isNegative ? "-" : "") + shortened)
    }
}
