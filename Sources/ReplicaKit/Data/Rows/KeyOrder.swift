internal import MySQLWire

/// How two rows are ordered by one part of their key.
///
/// It need not be the server's order in every corner: ``KeyedMerge`` sees a stream that does not ascend, and then
/// another way is taken. It only has to be an order.
struct KeyOrder: Sendable {
    enum Rule: Sendable {
        case integer, decimal, time, bytes

        init(_ column: ColumnInfo) {
            self =
                switch column.kind {
                case .integer, .bit, .enumeration, .set: .integer
                case .decimal, .float, .double: .decimal
                case .time: .time
                case .temporal, .text, .json, .bytes: .bytes
                }
        }
    }

    var cell: Int
    var rule: Rule

    /// Negative, zero or positive, as `left` is before, at or after `right`.
    func compare(_ left: MySQLRow, _ right: MySQLRow) -> Int {
        left.withBytes(at: cell) { leftBytes in
            right.withBytes(at: cell) { rightBytes in
                // Key columns are never NULL.
                guard let leftBytes, let rightBytes else {
                    return (leftBytes == nil ? 0 : 1) - (rightBytes == nil ? 0 : 1)
                }
                return switch rule {
                case .bytes: compareBytes(leftBytes, rightBytes)
                case .integer, .decimal: Self.compareNumbers(leftBytes[...], rightBytes[...])
                // A TIME beyond 99 hours has more digits: its digits are compared as a number is, by length first.
                case .time: Self.compareNumbers(leftBytes[...], rightBytes[...])
                }
            }
        }
    }

    /// Numbers as the server prints them: sign, digits, perhaps a fraction. (TIME too: `hh:mm:ss` has its "integer
    /// part" up to the fraction's point, and within a column the other fields have fixed widths.)
    static func compareNumbers(_ left: Slice<UnsafeRawBufferPointer>, _ right: Slice<UnsafeRawBufferPointer>) -> Int {
        // Digits alone, and as many, all of one column and so of one scale: as their bytes. That is nearly every pair
        // of keys that follow each other.
        if left.count == right.count, let one = left.first, let other = right.first, one >= zero, other >= zero {
            return compareBytes(UnsafeRawBufferPointer(rebasing: left), UnsafeRawBufferPointer(rebasing: right))
        }
        let minus = UInt8(ascii: "-")
        switch (left.first == minus, right.first == minus) {
        case (false, false): return compareMagnitudes(left, right)
        case (true, true): return compareMagnitudes(right.dropFirst(), left.dropFirst())
        case (true, false): return -1
        case (false, true): return 1
        }
    }

    private static let zero = UInt8(ascii: "0")

    private static func compareMagnitudes(
        _ left: Slice<UnsafeRawBufferPointer>,
        _ right: Slice<UnsafeRawBufferPointer>
    ) -> Int {
        let (one, other) = (left.drop { $0 == zero }, right.drop { $0 == zero })
        let point = UInt8(ascii: ".")
        let oneLength = (one.firstIndex(of: point) ?? one.endIndex) - one.startIndex
        let otherLength = (other.firstIndex(of: point) ?? other.endIndex) - other.startIndex
        guard oneLength == otherLength else { return oneLength - otherLength }
        for (a, b) in zip(one, other) where a != b { return a < b ? -1 : 1 }
        return one.count - other.count
    }
}
