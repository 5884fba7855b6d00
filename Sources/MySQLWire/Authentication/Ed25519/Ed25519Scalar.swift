/// Arithmetic modulo the order of Ed25519's base point, L = 2^252 + 27742317777372353535851937790883648493.
///
/// Numbers are bytes, the lowest first. The time does not depend on them; it is not short either, which two signatures
/// a login do not notice.
enum Ed25519Scalar {
    private static let order: (UInt64, UInt64, UInt64, UInt64) = (
        0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000
    )

    /// A number of any length modulo L, in 32 bytes: bit by bit from the highest.
    static func reduce(_ number: [UInt8]) -> [UInt8] {
        var (w0, w1, w2, w3): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for byte in number.reversed() {
            for bit in (0..<8).reversed() {
                // Below L, so twice as much and one more still fits.
                w3 = w3 &<< 1 | w2 &>> 63
                w2 = w2 &<< 1 | w1 &>> 63
                w1 = w1 &<< 1 | w0 &>> 63
                w0 = w0 &<< 1 | UInt64(byte &>> bit & 1)
                let (d0, borrow0) = subtract(w0, order.0, 0)
                let (d1, borrow1) = subtract(w1, order.1, borrow0)
                let (d2, borrow2) = subtract(w2, order.2, borrow1)
                let (d3, borrow3) = subtract(w3, order.3, borrow2)
                // All ones where L was too much.
                let keep = 0 &- borrow3
                w0 = d0 ^ ((d0 ^ w0) & keep)
                w1 = d1 ^ ((d1 ^ w1) & keep)
                w2 = d2 ^ ((d2 ^ w2) & keep)
                w3 = d3 ^ ((d3 ^ w3) & keep)
            }
        }
        return [w0, w1, w2, w3].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word &>> (8 &* $0)) } }
    }

    /// `a * b + c` modulo L, each of 32 bytes.
    static func multiplyAdd(_ a: [UInt8], _ b: [UInt8], _ c: [UInt8]) -> [UInt8] {
        // Each column holds at most 32 products of two bytes, and one byte more.
        var columns = [UInt32](repeating: 0, count: a.count + b.count + 1)
        for (i, x) in a.enumerated() {
            for (j, y) in b.enumerated() { columns[i + j] &+= UInt32(x) &* UInt32(y) }
        }
        for (i, x) in c.enumerated() { columns[i] &+= UInt32(x) }
        var carry: UInt32 = 0
        var sum = columns.map { column in
            let total = column &+ carry
            carry = total &>> 8
            return UInt8(truncatingIfNeeded: total)
        }
        defer { sum.wipe() }
        return reduce(sum)
    }

    private static func subtract(_ a: UInt64, _ b: UInt64, _ borrow: UInt64) -> (UInt64, borrow: UInt64) {
        let difference = UInt128(a) &- UInt128(b) &- UInt128(borrow)
        return (UInt64(truncatingIfNeeded: difference), UInt64(truncatingIfNeeded: difference &>> 64) & 1)
    }
}
