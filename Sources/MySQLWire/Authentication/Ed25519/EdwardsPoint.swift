/// A point of the curve of Ed25519 (RFC 8032), in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
struct EdwardsPoint: Sendable {
    private var x, y, z, t: Curve25519Field

    /// Twice the curve's d.
    private static let doubleD: Curve25519Field = {
        let d = Curve25519Field(
            words: 0x75eb_4dca_1359_78a3,
            0x0070_0a4d_4141_d8ab,
            0x8cc7_4079_7779_e898,
            0x5203_6cee_2b6f_fe73
        )
        return d + d
    }()

    private static let neutral = EdwardsPoint(x: .zero, y: .one, z: .one, t: .zero)

    /// The base point B.
    private static let base: EdwardsPoint = {
        let x = Curve25519Field(
            words: 0xc956_2d60_8f25_d51a,
            0x692c_c760_9525_a7b2,
            0xc0a4_e231_fdd6_dc5c,
            0x2169_36d3_cd6e_53fe
        )
        let y = Curve25519Field(
            words: 0x6666_6666_6666_6658,
            0x6666_6666_6666_6666,
            0x6666_6666_6666_6666,
            0x6666_6666_6666_6666
        )
        return EdwardsPoint(x: x, y: y, z: .one, t: x * y)
    }()

    /// The addition of RFC 8032, section 5.1.4: on this curve it has no exceptions, so it doubles too.
    static func + (p: EdwardsPoint, q: EdwardsPoint) -> EdwardsPoint {
        let a = (p.y - p.x) * (q.y - q.x)
        let b = (p.y + p.x) * (q.y + q.x)
        let c = p.t * doubleD * q.t
        let zz = p.z * q.z
        let d = zz + zz
        let (e, f, g, h) = (b - a, d - c, d + c, b + a)
        return EdwardsPoint(x: e * f, y: g * h, z: f * g, t: e * h)
    }

    /// The base point times a number of 256 bits, the lowest byte first.
    ///
    /// Each bit takes the same two additions, whatever it is: the time tells nothing of the number.
    static func base(times scalar: [UInt8]) -> EdwardsPoint {
        var result = neutral
        for byte in scalar.reversed() {
            for bit in (0..<8).reversed() {
                result = result + result
                let mask = 0 &- UInt64(byte &>> bit & 1)
                result = result.replaced(by: result + base, mask: mask)
            }
        }
        return result
    }

    private func replaced(by other: EdwardsPoint, mask: UInt64) -> EdwardsPoint {
        EdwardsPoint(
            x: x.replaced(by: other.x, mask: mask),
            y: y.replaced(by: other.y, mask: mask),
            z: z.replaced(by: other.z, mask: mask),
            t: t.replaced(by: other.t, mask: mask)
        )
    }

    /// y in 32 bytes, with the lowest bit of x in the highest bit.
    var bytes: [UInt8] {
        let inverse = z.inverse
        var result = (y * inverse).bytes
        let parity = (x * inverse).bytes[0] & 1
        result[31] |= parity &<< 7
        return result
    }
}
