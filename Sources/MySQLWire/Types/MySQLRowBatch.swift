package import NIOCore

/// Rows that arrived together: their bytes, and a table of where each cell lies in them.
///
/// Nothing is allocated or copied for a row or a cell: a ``MySQLRow`` is a number in its batch.
public struct MySQLRowBatch: Sendable {
    /// Where a cell lies in `storage`, counted from its reader index.
    package struct Cell: Sendable, Equatable {
        package var offset: UInt32
        /// `Cell.null` for SQL NULL.
        package var length: UInt32
        package static let null = UInt32.max

        @inlinable
        package init(offset: UInt32, length: UInt32) {
            self.offset = offset
            self.length = length
        }
    }

    /// Those of the result.
    public let columns: MySQLColumns
    /// How many rows it has.
    public let count: Int
    /// How values lie in the bytes.
    public let format: RowFormat
    package let storage: ByteBuffer
    package let cells: [Cell]

    package init(
        columns: MySQLColumns,
        count: Int,
        format: RowFormat = .text,
        storage: ByteBuffer,
        cells: [Cell]
    ) {
        self.columns = columns
        self.format = format
        self.count = count
        self.storage = storage
        self.cells = cells
    }

    /// Lends the bytes of all rows, and for each cell (row by row) its place in them: for whoever writes rows on
    /// without making values of them.
    package func withUnsafeCells<Result>(
        _ body: (UnsafeRawBufferPointer, UnsafeBufferPointer<Cell>) throws -> Result
    ) rethrows -> Result {
        try storage.withUnsafeReadableBytes { bytes in
            try cells.withUnsafeBufferPointer { try body(bytes, $0) }
        }
    }
}

extension MySQLRowBatch: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }
    public subscript(position: Int) -> MySQLRow { MySQLRow(batch: self, index: position) }
}
