/// Numbers out of decimal digits, eight digits at a time.
@usableFromInline
enum DecimalDigits {
    /// The number that the bytes from `start` on are, all of them: 1 to 19 digits. Nil for anything else.
    @inlinable
    static func number(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64? {
        var position = start
        let end = bytes.count
        // Of 19 digits even the highest number has 64 bits.
        guard position < end, end &- position <= 19 else { return nil }
        var value: UInt64 = 0
        while end &- position >= 8 {
            guard let eight = eight(bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) else { return nil }
            value = value &* 100_000_000 &+ eight
            position &+= 8
        }
        while position < end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
            position &+= 1
        }
        return value
    }

    /// Eight digits as they lie in memory: neighbours are joined to pairs, pairs to fours, fours to all.
    @inlinable
    static func eight(_ word: UInt64) -> UInt64? {
        let word = UInt64(littleEndian: word)
        // Each high half is 3, and stays so when six is added: so the low half is under ten.
        let isDigits =
            (word & 0xF0F0_F0F0_F0F0_F0F0) | (((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4)
            == 0x3333_3333_3333_3333
        guard isDigits else { return nil }
        var value = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) >> 8
        value = ((value & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
        return ((value & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
    }
}
