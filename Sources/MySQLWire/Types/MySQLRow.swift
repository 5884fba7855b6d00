/// One row of a result. A cell is nil where it is NULL or where there is no such column.
///
/// Two ways lead to its values: `decode(_:)` and its like, which throw where a value is not what was asked
/// for, and ``string(at:)`` and its like, which return nil then.
public struct MySQLRow: Sendable {
    @usableFromInline let storage: RowStorage
    /// Of its cells in the table, the first.
    @usableFromInline let first: Int

    @inlinable
    init(storage: RowStorage, first: Int) {
        self.storage = storage
        self.first = first
    }

    /// Those of the result.
    public var columns: MySQLColumns { storage.columns }
    /// How many cells it has.
    @inlinable public var count: Int { storage.columnCount }

    /// The cell's bytes, lent for the time of the call; nil for NULL. Those of a number in a ``RowFormat/binary`` row are
    /// no text.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        at column: Int,
        _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Not by withExtendedLifetime(_:_:): for its closure a loop in an async function retains the storage at each row.
        defer { extendLifetime(storage) }
        return try body(bytes(of: column))
    }

    /// They live as long as the storage.
    @inlinable
    func bytes(of column: Int) -> UnsafeRawBufferPointer? {
        guard column >= 0, column < storage.columnCount else { return nil }
        let cell = storage.cells[first &+ column]
        guard cell.length != MySQLRowBatch.Cell.null else { return nil }
        return UnsafeRawBufferPointer(start: storage.bytes + Int(cell.offset), count: Int(cell.length))
    }

    /// A copy of the cell's bytes.
    public func bytes(at column: Int) -> [UInt8]? {
        withBytes(at: column) { $0.map { Array($0) } }
    }

    /// The cell as text. Bytes that are not UTF-8 become U+FFFD: use ``bytes(at:)`` where they matter.
    public func string(at column: Int) -> String? {
        withBytes(at: column) { $0.map { cell($0, column).shownText($0) } }
    }

    /// The same of the first column of that name.
    public func string(_ name: String) -> String? {
        columns.index(named: name).flatMap { string(at: $0) }
    }

    /// The cell as a decimal integer; nil also for what is not one, or does not fit.
    @inlinable
    public func integer<Integer: FixedWidthInteger>(at column: Int, as type: Integer.Type = Integer.self) -> Integer? {
        defer { extendLifetime(storage) }
        guard let bytes = bytes(of: column) else { return nil }
        return storage.format == .text ? MySQLCell.parse(bytes) : cell(bytes, column).integerOfText(bytes)
    }

    /// The same of the first column of that name.
    public func integer<Integer: FixedWidthInteger>(_ name: String, as type: Integer.Type = Integer.self) -> Integer? {
        columns.index(named: name).flatMap { integer(at: $0) }
    }

    /// Whether the cell is SQL NULL; also where there is no such column.
    @inlinable
    public func isNull(at column: Int) -> Bool { bytes(of: column) == nil }

    /// All cells as text, in the columns' order.
    public var strings: [String?] {
        (0..<count).map { string(at: $0) }
    }

    @inlinable
    func cell(_ bytes: UnsafeRawBufferPointer?, _ column: Int) -> MySQLCell {
        MySQLCell(bytes: bytes, format: storage.format, column: storage.traits[column])
    }

    // MARK: Conversions

    /// One cell as a value of a type; NULL only as an Optional.
    ///
    /// - Throws: ``MySQLError/Code/conversionFailed``, which names the column; ``MySQLError/Code/invalidArgument`` where
    ///   there is no such column.
    @inlinable
    public func decode<Value: MySQLDecodable>(_ type: Value.Type = Value.self, at column: Int) throws(MySQLError)
        -> Value
    {
        guard column >= 0, column < storage.columnCount else { throw noColumn(column) }
        // Without a closure: where nothing is specialized, each generic call looks its types up.
        defer { extendLifetime(storage) }
        do throws(MySQLError) {
            return try Value(cell(bytes(of: column), column))
        } catch {
            throw named(error, column)
        }
    }

    @usableFromInline
    func noColumn(_ column: Int) -> MySQLError {
        MySQLError(
            .invalidArgument,
            phase: .rows,
            fate: .maybeExecuted,
            message: "there is no column \(column) among \(count)"
        )
    }

    @usableFromInline
    func named(_ error: MySQLError, _ column: Int) -> MySQLError {
        var error = error
        error.message = "column \(column) (\(columns[column].name)): \(error.message)"
        return error
    }

    /// The same of the first column of that name.
    public func decode<Value: MySQLDecodable>(_ type: Value.Type = Value.self, named name: String) throws(MySQLError)
        -> Value
    {
        guard let column = columns.index(named: name) else {
            throw MySQLError(
                .invalidArgument,
                phase: .rows,
                fate: .maybeExecuted,
                message: "there is no column \"\(name)\"; there are \(columns.names.joined(separator: ", "))"
            )
        }
        return try decode(type, at: column)
    }

    /// The first cells, as many as the tuple has members: `row.decode((Int, String?).self)`.
    @inlinable
    public func decode<each Value: MySQLDecodable>(_ type: (repeat each Value).Type) throws(MySQLError) -> (
        repeat each Value
    ) {
        var column = 0
        return (repeat try next((each Value).self, at: &column))
    }

    @inlinable
    func next<Value: MySQLDecodable>(_ type: Value.Type, at column: inout Int) throws(MySQLError) -> Value {
        defer { column += 1 }
        return try decode(type, at: column)
    }

    /// The row as a `Decodable` type, whose keys are the names of columns; further columns are left out.
    ///
    /// - Throws: ``MySQLError/Code/conversionFailed`` where a value does not fit, `DecodingError` where a column is not
    ///   there or the type wants more than one value of a cell, and whatever the type's own `init(from:)` throws.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try Value(from: RowDecoder(row: self))
    }

    /// One cell, exactly as the server has it.
    public func value(at column: Int) throws(MySQLError) -> MySQLValue { try decode(at: column) }

    /// The same of the first column of that name.
    public func value(_ name: String) throws(MySQLError) -> MySQLValue { try decode(named: name) }
}
