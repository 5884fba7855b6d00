internal import NIOCore

/// What the rows of one batch share: their bytes, and the table of where each cell lies in them.
///
/// A row is a reference to it and a number, and a cell is two loads away. Hence the pointers, and hence all that is
/// inlinable: a caller's loop over cells becomes a loop over memory.
// Safety: nothing is written after init. The bytes are kept by `owner`: a ByteBuffer copies before it writes to storage
// that somebody else holds on to. That each cell lies within the bytes was checked by whoever made the table.
@usableFromInline
final class RowStorage: @unchecked Sendable {
    let columns: MySQLColumns
    @usableFromInline let columnCount: Int
    @usableFromInline let rowCount: Int
    @usableFromInline let format: RowFormat
    @usableFromInline let bytes: UnsafeRawPointer
    let byteCount: Int
    @usableFromInline let cells: UnsafePointer<MySQLRowBatch.Cell>
    @usableFromInline let traits: UnsafePointer<ColumnTraits>
    private let table: CellTable
    private let owner: Unmanaged<AnyObject>

    /// - Parameters:
    ///   - table: of `count` rows as a scan of `storage` left it.
    init(columns: MySQLColumns, count: Int, format: RowFormat, storage: ByteBuffer, table: consuming CellTable) {
        self.columns = columns
        self.format = format
        columnCount = columns.count
        rowCount = min(count, columns.count == 0 ? count : table.count / columns.count)
        let cells = UnsafePointer(table.base)
        self.cells = cells
        traits = columns.traits
        self.table = table
        (bytes, byteCount, owner) = storage.withUnsafeReadableBytesWithStorageManagement { bytes, owner in
            // Of an empty buffer nothing is read, wherever it lies.
            (bytes.baseAddress ?? UnsafeRawPointer(cells), bytes.count, owner.retain())
        }
    }

    deinit {
        owner.release()
    }

    /// The table's bytes, and those of the rows.
    var weight: Int { byteCount + table.count * MemoryLayout<MySQLRowBatch.Cell>.size }

    var allBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: byteCount) }
    var allCells: UnsafeBufferPointer<MySQLRowBatch.Cell> { table.cells }
}
