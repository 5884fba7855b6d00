package import NIOCore

/// Rows that arrived together: their bytes, and a table of where each cell lies in them.
///
/// Nothing is allocated or copied for a row or a cell: a ``MySQLRow`` is a number in its batch.
public struct MySQLRowBatch: Sendable {
    /// Where a cell lies in the batch's bytes.
    @usableFromInline
    package struct Cell: Sendable, Equatable {
        @usableFromInline package var offset: UInt32
        /// `Cell.null` for SQL NULL.
        @usableFromInline package var length: UInt32
        @inlinable package static var null: UInt32 { UInt32.max }

        @inlinable
        package init(offset: UInt32, length: UInt32) {
            self.offset = offset
            self.length = length
        }

        /// A place within bytes that are fewer than 4 GiB.
        init(at offset: Int, count: Int) {
            self.init(offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: count))
        }
    }

    @usableFromInline let storage: RowStorage

    /// Those of the result.
    public var columns: MySQLColumns { storage.columns }
    /// How many rows it has.
    @inlinable public var count: Int { storage.rowCount }
    /// How values lie in the bytes.
    @inlinable public var format: RowFormat { storage.format }
    /// What it keeps in memory, in bytes.
    package var weight: Int { storage.weight }

    init(_ storage: RowStorage) {
        self.storage = storage
    }

    /// Rows whose places are known, for tests, simulations and a single row. A cell that lies outside of the bytes is NULL.
    package init(
        columns: MySQLColumns,
        count: Int,
        format: RowFormat = .text,
        storage: ByteBuffer,
        cells: [Cell]
    ) {
        let size = storage.readableBytes
        let table = CellTable(
            cells.map {
                let isWithin = $0.length != Cell.null && Int($0.offset) + Int($0.length) <= size
                return isWithin ? $0 : Cell(offset: 0, length: Cell.null)
            }
        )
        self.init(RowStorage(columns: columns, count: count, format: format, storage: storage, table: table))
    }

    /// One row, however many packets its payload came in.
    package init(scanning payload: ByteBuffer, columns: MySQLColumns, format: RowFormat) throws(WireError) {
        // withUnsafeReadableBytes rethrows untyped and wants a result that can be copied, so both are carried out by hand.
        var table = CellTable()
        let failure: WireError? = payload.withUnsafeReadableBytes { bytes in
            do throws(WireError) {
                table = try RowScanner.row(bytes, columns: columns, format: format)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        self.init(RowStorage(columns: columns, count: 1, format: format, storage: payload, table: table))
    }

    /// Lends the bytes of all rows, and for each cell (row by row) its place in them: for whoever writes rows on
    /// without making values of them.
    package func withUnsafeCells<Result>(
        _ body: (UnsafeRawBufferPointer, UnsafeBufferPointer<Cell>) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(storage.allBytes, storage.allCells) }
    }
}

extension MySQLRowBatch: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { storage.rowCount }

    @inlinable
    public subscript(position: Int) -> MySQLRow {
        // A caller's own index, as with an array; no peer has a part in it.
        precondition(position >= 0 && position < storage.rowCount, "a batch has no such row")
        return MySQLRow(storage: storage, first: position &* storage.columnCount)
    }
}
