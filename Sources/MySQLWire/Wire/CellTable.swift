/// Where each cell of some rows lies, row by row, in memory that does not move once the scan is over.
///
/// An array does the same with a check at each append, which is what a scan of rows would spend most of its time on.
// Safety: owned by one value at a time, and only read once it has been handed to a batch.
package struct CellTable: ~Copyable, @unchecked Sendable {
    package private(set) var base: UnsafeMutablePointer<MySQLRowBatch.Cell>
    package private(set) var count = 0
    package private(set) var capacity: Int

    /// - Parameter capacity: a guess; it grows.
    package init(capacity: Int = 0) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    package init(_ cells: [MySQLRowBatch.Cell]) {
        self.init(capacity: cells.count)
        for (index, cell) in cells.enumerated() { (base + index).initialize(to: cell) }
        count = cells.count
    }

    deinit {
        base.deallocate()
    }

    /// Room for so many cells more, which are written through the pointer that is returned, and then told to ``grew(by:)``.
    package mutating func room(for more: Int) -> UnsafeMutablePointer<MySQLRowBatch.Cell> {
        if capacity - count < more { grow(to: max(count + more, 2 * capacity)) }
        return base + count
    }

    package mutating func grew(by cells: Int) {
        count += cells
    }

    @inline(never)
    private mutating func grow(to wanted: Int) {
        let larger = UnsafeMutablePointer<MySQLRowBatch.Cell>.allocate(capacity: wanted)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        (base, capacity) = (larger, wanted)
    }

    package var cells: UnsafeBufferPointer<MySQLRowBatch.Cell> { UnsafeBufferPointer(start: base, count: count) }
}
