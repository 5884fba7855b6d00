package import NIOCore

/// How the events of a binary log end (`binlog_checksum`).
public enum BinlogChecksumAlgorithm: UInt8, Sendable, Hashable {
    /// Events have no checksum.
    case off = 0
    /// The last four bytes of each event are its CRC-32.
    case crc32 = 1
}

/// CRC-32 as zlib computes it (IEEE 802.3, reflected): the check value of "123456789" is 0xCBF43926.
package enum CRC32 {
    package static func checksum(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            var crc = ~previous
            var index = 0
            // Eight bytes a round ("slicing by 8"): a log is read at the speed of its checksum.
            while bytes.count - index >= 8 {
                let low = crc ^ UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
                let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 4, as: UInt32.self))
                crc =
                    table[Int(7 * 256 + (low & 0xFF))] ^ table[Int(6 * 256 + (low >> 8 & 0xFF))]
                    ^ table[Int(5 * 256 + (low >> 16 & 0xFF))] ^ table[Int(4 * 256 + (low >> 24))]
                crc ^=
                    table[Int(3 * 256 + (high & 0xFF))] ^ table[Int(2 * 256 + (high >> 8 & 0xFF))]
                    ^ table[Int(256 + (high >> 16 & 0xFF))] ^ table[Int(high >> 24)]
                index += 8
            }
            while index < bytes.count {
                crc = table[Int((crc ^ UInt32(bytes[index])) & 0xFF)] ^ (crc >> 8)
                index += 1
            }
            return ~crc
        }
    }

    package static func checksum(_ buffer: ByteBuffer) -> UInt32 {
        buffer.withUnsafeReadableBytes { checksum($0) }
    }

    /// Eight tables of 256 in a row; the n-th advances a byte by n further zero bytes.
    private static let table: [UInt32] = {
        var table: [UInt32] = []
        for byte in 0..<UInt32(256) {
            var value = byte
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
            table.append(value)
        }
        for index in 256..<2048 {
            let previous = table[index - 256]
            table.append(table[Int(previous & 0xFF)] ^ (previous >> 8))
        }
        return table
    }()
}
