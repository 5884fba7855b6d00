import MySQLWire

/// Writes results as `mysql --batch --quick` does: names unescaped, then rows with `\t \n \\ \0` escaped and NULL as
/// the word. Cells go from the row batch into the sink's buffer; no value is made of them.
struct TSVWriter {
    private let sink: ByteSink

    init(sink: ByteSink) {
        self.sink = sink
    }

    /// The names of the columns, byte for byte. mysql prints them as C strings: a name ends at its first NUL.
    func writeHeader(_ columns: MySQLColumns) throws(ByteSink.Failure) {
        let names = columns.definitions.map { ($0.rawName ?? Array($0.name.utf8)).prefix { $0 != 0 } }
        let line = Array(names.joined(separator: [UInt8(ascii: "\t")])) + [UInt8(ascii: "\n")]
        let written = line.withUnsafeBytes { bytes in
            Result { () throws(ByteSink.Failure) in try sink.write(bytes) }
        }
        try written.get()
    }

    func write(_ batch: MySQLRowBatch) throws {
        let width = batch.columns.count
        guard width > 0 else { return }
        try batch.withUnsafeCells { bytes, cells in
            var column = 0
            for cell in cells {
                column += 1
                let isLast = column == width
                if isLast { column = 0 }
                try write(cell, of: bytes, end: isLast ? UInt8(ascii: "\n") : UInt8(ascii: "\t"))
            }
        }
    }

    @inline(__always)
    private func write(
        _ cell: MySQLRowBatch.Cell,
        of bytes: UnsafeRawBufferPointer,
        end: UInt8
    ) throws(ByteSink.Failure) {
        if cell.length == MySQLRowBatch.Cell.null {
            return try sink.reserve(8) { target in
                target.storeBytes(of: 0x4C4C_554E as UInt32, as: UInt32.self)  // "NULL" on a little-endian machine
                target[4] = end
                return 5
            }
        }
        var offset = Int(cell.offset)
        var rest = Int(cell.length)
        // A cell longer than the buffer goes through it in pieces. Escapes double it at worst; 8 bytes are stored at once.
        while rest > Self.piece {
            try copy(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Self.piece]), end: nil)
            offset += Self.piece
            rest -= Self.piece
        }
        try copy(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + rest]), end: end)
    }

    private static let piece = 64 << 10

    @inline(__always)
    private func copy(_ source: UnsafeRawBufferPointer, end: UInt8?) throws(ByteSink.Failure) {
        try sink.reserve(2 * source.count + 16) { target in
            var used = Self.escape(source, into: target)
            if let end {
                target[used] = end
                used += 1
            }
            return used
        }
    }

    /// - Parameter target: at least `2 * source.count + 8` bytes.
    /// - Returns: the bytes written.
    @inline(__always)
    static func escape(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
        var read = 0
        var written = 0
        let count = source.count
        while read < count {
            if count - read >= 8 {
                let word = from.loadUnaligned(fromByteOffset: read, as: UInt64.self)
                if !holdsSpecial(word) {
                    to.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                    read += 8
                    written += 8
                    continue
                }
            }
            let byte = from.load(fromByteOffset: read, as: UInt8.self)
            read += 1
            let letter: UInt8
            switch byte {
            case 0x00: letter = UInt8(ascii: "0")
            case 0x09: letter = UInt8(ascii: "t")
            case 0x0A: letter = UInt8(ascii: "n")
            case 0x5C: letter = 0x5C
            default:
                to.storeBytes(of: byte, toByteOffset: written, as: UInt8.self)
                written += 1
                continue
            }
            to.storeBytes(of: 0x5C, toByteOffset: written, as: UInt8.self)
            to.storeBytes(of: letter, toByteOffset: written + 1, as: UInt8.self)
            written += 2
        }
        return written
    }

    /// Whether one of the eight bytes is NUL, tab, newline or backslash. May say yes wrongly, never no.
    @inline(__always)
    private static func holdsSpecial(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        func zeroes(_ value: UInt64) -> UInt64 { (value &- ones) & ~value & highs }
        return zeroes(word) | zeroes(word ^ (ones &* 0x09)) | zeroes(word ^ (ones &* 0x0A))
            | zeroes(word ^ (ones &* 0x5C)) != 0
    }
}
