/// A number modulo 2^255 - 19, in five limbs of 51 bits.
///
/// No branch and no memory address depends on a value. Between operations a limb may be a little above 2^51 (below
/// 2^51 + 2^13), which every operation takes.
struct Curve25519Field: Sendable {
    private var l0, l1, l2, l3, l4: UInt64

    private static let mask: UInt64 = (1 << 51) - 1

    static let zero = Curve25519Field(limbs: 0, 0, 0, 0, 0)
    static let one = Curve25519Field(limbs: 1, 0, 0, 0, 0)

    private init(limbs l0: UInt64, _ l1: UInt64, _ l2: UInt64, _ l3: UInt64, _ l4: UInt64) {
        (self.l0, self.l1, self.l2, self.l3, self.l4) = (l0, l1, l2, l3, l4)
    }

    /// A number below 2^255, from its 64-bit words, the lowest first.
    init(words w0: UInt64, _ w1: UInt64, _ w2: UInt64, _ w3: UInt64) {
        l0 = w0 & Self.mask
        l1 = (w0 &>> 51 | w1 &<< 13) & Self.mask
        l2 = (w1 &>> 38 | w2 &<< 26) & Self.mask
        l3 = (w2 &>> 25 | w3 &<< 39) & Self.mask
        l4 = (w3 &>> 12) & Self.mask
    }

    /// Passes on what a limb has above 51 bits; above the highest that counts 19 times at the lowest.
    private mutating func carry() {
        l1 &+= l0 &>> 51
        l2 &+= l1 &>> 51
        l3 &+= l2 &>> 51
        l4 &+= l3 &>> 51
        let top = l4 &>> 51
        l0 &= Self.mask
        l1 &= Self.mask
        l2 &= Self.mask
        l3 &= Self.mask
        l4 &= Self.mask
        l0 &+= 19 &* top
    }

    static func + (a: Curve25519Field, b: Curve25519Field) -> Curve25519Field {
        var sum = Curve25519Field(
            limbs: a.l0 &+ b.l0,
            a.l1 &+ b.l1,
            a.l2 &+ b.l2,
            a.l3 &+ b.l3,
            a.l4 &+ b.l4
        )
        sum.carry()
        return sum
    }

    static func - (a: Curve25519Field, b: Curve25519Field) -> Curve25519Field {
        // Twice the modulus on top, so that no limb falls below zero.
        let low: UInt64 = (1 << 52) - 38
        let high: UInt64 = (1 << 52) - 2
        var difference = Curve25519Field(
            limbs: a.l0 &+ low &- b.l0,
            a.l1 &+ high &- b.l1,
            a.l2 &+ high &- b.l2,
            a.l3 &+ high &- b.l3,
            a.l4 &+ high &- b.l4
        )
        difference.carry()
        return difference
    }

    static func * (a: Curve25519Field, b: Curve25519Field) -> Curve25519Field {
        let (a0, a1, a2, a3, a4) = (UInt128(a.l0), UInt128(a.l1), UInt128(a.l2), UInt128(a.l3), UInt128(a.l4))
        let (b0, b1, b2, b3, b4) = (UInt128(b.l0), UInt128(b.l1), UInt128(b.l2), UInt128(b.l3), UInt128(b.l4))
        // What lies at 2^255 and above counts 19 times, 255 bits lower.
        let (c1, c2, c3, c4) = (b1 &* 19, b2 &* 19, b3 &* 19, b4 &* 19)
        let r0 = a0 &* b0 &+ a1 &* c4 &+ a2 &* c3 &+ a3 &* c2 &+ a4 &* c1
        var r1 = a0 &* b1 &+ a1 &* b0 &+ a2 &* c4 &+ a3 &* c3 &+ a4 &* c2
        var r2 = a0 &* b2 &+ a1 &* b1 &+ a2 &* b0 &+ a3 &* c4 &+ a4 &* c3
        var r3 = a0 &* b3 &+ a1 &* b2 &+ a2 &* b1 &+ a3 &* b0 &+ a4 &* c4
        var r4 = a0 &* b4 &+ a1 &* b3 &+ a2 &* b2 &+ a3 &* b1 &+ a4 &* b0
        r1 &+= r0 &>> 51
        r2 &+= r1 &>> 51
        r3 &+= r2 &>> 51
        r4 &+= r3 &>> 51
        var product = Curve25519Field(
            limbs: (UInt64(truncatingIfNeeded: r0) & mask) &+ 19 &* UInt64(truncatingIfNeeded: r4 &>> 51),
            UInt64(truncatingIfNeeded: r1) & mask,
            UInt64(truncatingIfNeeded: r2) & mask,
            UInt64(truncatingIfNeeded: r3) & mask,
            UInt64(truncatingIfNeeded: r4) & mask
        )
        product.carry()
        return product
    }

    /// 1/x, as x to the power of the modulus less two; 0 for 0.
    var inverse: Curve25519Field {
        var result = Curve25519Field.one
        // 2^255 - 21 in bits: ones, and 01011 at the end.
        for bit in (0..<255).reversed() {
            result = result * result
            if bit >= 5 || 0b01011 &>> bit & 1 == 1 { result = result * self }
        }
        return result
    }

    /// This, or `other` where `mask` is all ones (and not all zeros).
    func replaced(by other: Curve25519Field, mask: UInt64) -> Curve25519Field {
        Curve25519Field(
            limbs: l0 ^ ((l0 ^ other.l0) & mask),
            l1 ^ ((l1 ^ other.l1) & mask),
            l2 ^ ((l2 ^ other.l2) & mask),
            l3 ^ ((l3 ^ other.l3) & mask),
            l4 ^ ((l4 ^ other.l4) & mask)
        )
    }

    /// The one form below the modulus, in 32 bytes, the lowest first.
    var bytes: [UInt8] {
        var x = self
        x.carry()
        x.carry()
        // 1 if it is still the modulus or above: then 19 more go beyond 2^255.
        var above = (x.l0 &+ 19) &>> 51
        above = (x.l1 &+ above) &>> 51
        above = (x.l2 &+ above) &>> 51
        above = (x.l3 &+ above) &>> 51
        above = (x.l4 &+ above) &>> 51
        x.l0 &+= 19 &* above
        x.l1 &+= x.l0 &>> 51
        x.l2 &+= x.l1 &>> 51
        x.l3 &+= x.l2 &>> 51
        x.l4 &+= x.l3 &>> 51
        let (a0, a1, a2, a3, a4) = (
            x.l0 & Self.mask, x.l1 & Self.mask, x.l2 & Self.mask, x.l3 & Self.mask, x.l4 & Self.mask
        )
        let words = [
            a0 | a1 &<< 51, a1 &>> 13 | a2 &<< 38, a2 &>> 26 | a3 &<< 25, a3 &>> 39 | a4 &<< 12,
        ]
        return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word &>> (8 &* $0)) } }
    }
}
