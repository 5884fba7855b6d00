/// What a statement does and to which tables, without its values: a short text that many statements share.
/// See [generating a summary](https://opentelemetry.io/docs/specs/semconv/db/database-spans/).
struct SQLSummary: Sendable, Equatable {
    /// `SELECT products`, `INSERT archive SELECT products`. Nil where the text does not begin with a known keyword.
    private(set) var text: String?
    /// The keyword of the first statement, as it is written.
    private(set) var operation: String?
    /// The table, where there is exactly one.
    private(set) var collection: String?
    /// Of a CALL.
    private(set) var procedure: String?

    /// Conventions of OpenTelemetry.
    private static let longest = 255

    init(_ bytes: [UInt8]) {
        var reader = SQLSummaryReader(scanner: SQLScanner(bytes))
        reader.run()
        guard let operation = reader.operation else { return }
        self.operation = operation
        if reader.isAmbiguous {
            var other = SQLSummaryReader(scanner: SQLScanner(bytes, noBackslashEscapes: true))
            other.run()
            // What one reading takes for a name may be part of a literal.
            guard other.parts == reader.parts else {
                text = operation
                return
            }
        }
        procedure = reader.procedure
        if reader.tables.count == 1 { collection = reader.tables.first }
        var text = ""
        for part in reader.parts {
            guard text.utf8.count + part.utf8.count < Self.longest else { break }
            text += text.isEmpty ? part : " \(part)"
        }
        self.text = text
    }
}
