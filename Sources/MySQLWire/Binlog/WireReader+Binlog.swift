internal import NIOCore

extension WireReader {
    /// An unsigned big-endian integer of up to eight bytes: temporal values, decimals and bits are stored so.
    mutating func bigEndian(_ count: Int, _ field: String) throws(WireError) -> UInt64 {
        guard count >= 0, count <= 8 else { throw error(field, "integer of \(count) bytes") }
        var value: UInt64 = 0
        for _ in 0..<count { value = value << 8 | UInt64(try integer(field, as: UInt8.self)) }
        return value
    }

    /// An unsigned little-endian integer of up to eight bytes.
    mutating func littleEndian(_ count: Int, _ field: String) throws(WireError) -> UInt64 {
        guard count >= 0, count <= 8 else { throw error(field, "integer of \(count) bytes") }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(try integer(field, as: UInt8.self)) << UInt64(8 * index) }
        return value
    }

    mutating func array(_ count: Int, _ field: String) throws(WireError) -> [UInt8] {
        Array(try bytes(count, field).readableBytesView)
    }

    mutating func lengthEncodedArray(_ field: String) throws(WireError) -> [UInt8] {
        Array(try lengthEncodedBytes(field).readableBytesView)
    }

    /// A length that counts bytes of this very packet; one that does not fit is an error before it is an allocation.
    mutating func length(_ value: UInt64, _ field: String) throws(WireError) -> Int {
        guard value <= UInt64(remaining) else { throw error(field, "longer than its event") }
        return Int(value)
    }
}
