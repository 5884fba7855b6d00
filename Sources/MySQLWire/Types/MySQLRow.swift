internal import NIOCore

/// One row of a text resultset. A cell is nil where it is NULL or where there is no such column.
public struct MySQLRow: Sendable {
    package let batch: MySQLRowBatch
    package let index: Int

    public var columns: MySQLColumns { batch.columns }
    public var count: Int { batch.columns.count }

    /// The cell's bytes, lent for the time of the call; nil for NULL.
    public func withBytes<Result>(at column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result
    {
        guard let cell = cell(at: column), cell.length != MySQLRowBatch.Cell.null else { return try body(nil) }
        return try batch.storage.withUnsafeReadableBytes { bytes in
            let start = Int(cell.offset)
            return try body(UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(cell.length)]))
        }
    }

    /// A copy of the cell's bytes.
    public func bytes(at column: Int) -> [UInt8]? {
        withBytes(at: column) { $0.map { Array($0) } }
    }

    /// The cell as text. Bytes that are not UTF-8 become U+FFFD: use ``bytes(at:)`` where they matter.
    public func string(at column: Int) -> String? {
        withBytes(at: column) { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    public func string(_ name: String) -> String? {
        columns.index(named: name).flatMap { string(at: $0) }
    }

    /// The cell as a decimal integer; nil also for what is not one, or does not fit.
    public func integer<Integer: FixedWidthInteger>(at column: Int, as type: Integer.Type = Integer.self) -> Integer? {
        string(at: column).flatMap { Integer($0) }
    }

    public func integer<Integer: FixedWidthInteger>(_ name: String, as type: Integer.Type = Integer.self) -> Integer? {
        columns.index(named: name).flatMap { integer(at: $0) }
    }

    public func isNull(at column: Int) -> Bool {
        cell(at: column).map { $0.length == MySQLRowBatch.Cell.null } ?? true
    }

    /// All cells as text, in the columns' order.
    public var strings: [String?] {
        (0..<count).map { string(at: $0) }
    }

    private func cell(at column: Int) -> MySQLRowBatch.Cell? {
        guard column >= 0, column < columns.count else { return nil }
        return batch.cells[index * columns.count + column]
    }
}
