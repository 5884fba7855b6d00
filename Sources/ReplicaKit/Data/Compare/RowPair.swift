internal import MySQLWire

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What a walk over both sides finds.
enum RowPair: Sendable {
    case onlyOnSource(MySQLRow, count: UInt64)
    case onlyOnReplica(MySQLRow, count: UInt64)
    /// Same key, other content.
    case changed(source: MySQLRow, replica: MySQLRow)
}

/// How many rows were read on each side.
struct RowCounts: Sendable, Hashable {
    var source: UInt64 = 0
    var replica: UInt64 = 0

    static func + (left: RowCounts, right: RowCounts) -> RowCounts {
        RowCounts(source: left.source &+ right.source, replica: left.replica &+ right.replica)
    }
}

extension MySQLRow {
    /// True where the first `count` cells hold the same bytes.
    func hasSameCells(as other: MySQLRow, count: Int) -> Bool {
        for cell in 0..<count {
            let isSame = withBytes(at: cell) { left in
                other.withBytes(at: cell) { right in
                    guard let left, let right else { return left == nil && right == nil }
                    return left.count == right.count && compareBytes(left, right) == 0
                }
            }
            if !isSame { return false }
        }
        return true
    }
}

/// Negative, zero or positive, as `left` is before, at or after `right`; of two that begin alike the shorter is first.
func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    if common > 0, let one = left.baseAddress, let other = right.baseAddress {
        let order = memcmp(one, other, common)
        if order != 0 { return Int(order) }
    }
    return left.count - right.count
}
