package import NIOCore

/// Cuts a byte stream into payloads: three bytes of length, one of sequence, the payload (manual: MySQL Packets).
///
/// A payload of 2^24 - 1 bytes or more comes in several packets, the last shorter than that and possibly empty; they
/// are joined here. Memory grows with what has arrived, never with what a length promises.
/// See [MySQL Packets](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html).
package struct PacketFramer: Sendable {
    package struct Packet: Sendable, Equatable {
        /// Of the last physical packet.
        package var sequence: UInt8
        package var payload: ByteBuffer
    }

    package static let maximumPacket = 0xFF_FFFF
    package static let headerLength = 4

    /// What has arrived and was not consumed yet.
    package private(set) var buffer = ByteBuffer()
    /// The sequence number that the next packet must have.
    package private(set) var expectedSequence: UInt8 = 0
    /// False inside of compression: there servers set the number to that of the frame whenever they flush, and the
    /// frames' own numbers are checked instead.
    package var isSequenceStrict = true
    private var joined: ByteBuffer?
    /// Of one payload, in bytes.
    package var maximumPayload: Int

    package init(maximumPayload: Int) {
        self.maximumPayload = maximumPayload
    }

    /// True between two payloads with nothing left over.
    package var isEmpty: Bool { buffer.readableBytes == 0 && joined == nil }

    package mutating func append(_ bytes: ByteBuffer) {
        buffer.append(bytes)
    }

    /// At the start of a command both sides count from 0 again; the peer's first packet then has number 1.
    package mutating func expectSequence(_ sequence: UInt8) {
        expectedSequence = sequence
    }

    /// The next whole payload, if it has arrived.
    package mutating func next() throws(WireError) -> Packet? {
        while let (length, sequence) = header() {
            // First of all, and before the payload is there: another protocol's banner promises megabytes that never come.
            if isSequenceStrict, sequence != expectedSequence {
                guard joined != nil || length == 0 || firstPayloadByte != nil else { return nil }
                try check(sequence: sequence, isERR: joined == nil && firstPayloadByte == 0xFF && length > 0)
            }
            let total = (joined?.readableBytes ?? 0) + length
            guard total <= maximumPayload else {
                throw WireError(
                    packet: "packet",
                    field: "length",
                    offset: 0,
                    reason: "a payload of at least \(total) bytes is over the limit of \(maximumPayload)",
                    isLimit: true
                )
            }
            guard buffer.readableBytes >= Self.headerLength + length else { return nil }
            buffer.moveReaderIndex(forwardBy: Self.headerLength)
            guard var payload = take(length) else { return nil }
            expectedSequence = sequence &+ 1
            if joined == nil, length < Self.maximumPacket { return Packet(sequence: sequence, payload: payload) }
            if joined == nil { joined = ByteBuffer() }
            joined?.writeBuffer(&payload)
            if length < Self.maximumPacket {
                defer { joined = nil }
                return joined.map { Packet(sequence: sequence, payload: $0) }
            }
        }
        return nil
    }

    /// Parses rows in place, as far as whole packets have arrived: see ``RowScanner``. Nothing is copied; the
    /// batch shares this buffer's storage.
    package mutating func scanRows(
        columns: MySQLColumns,
        format: RowFormat = .text,
        maximumBytes: Int
    ) throws(WireError) -> MySQLRowBatch? {
        guard joined == nil else { return nil }
        var scanner = RowScanner(
            columns: columns,
            format: format,
            sequence: expectedSequence,
            maximumBytes: maximumBytes,
            maximumPayload: maximumPayload
        )
        // withUnsafeReadableBytes rethrows untyped, so the error is carried out by hand.
        let failure: WireError? = buffer.withUnsafeReadableBytes { bytes in
            do throws(WireError) {
                try scanner.scan(bytes)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        guard scanner.rowCount > 0, let storage = take(scanner.consumed) else { return nil }
        expectedSequence = scanner.sequence
        return MySQLRowBatch(
            columns: columns,
            count: scanner.rowCount,
            format: format,
            storage: storage,
            cells: scanner.cells
        )
    }

    private mutating func take(_ length: Int) -> ByteBuffer? {
        let slice = buffer.readSlice(length: length)
        // What is read to its end is given back: an idle connection does not hold on to its largest answer.
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        return slice
    }

    private var firstPayloadByte: UInt8? { buffer.getInteger(at: buffer.readerIndex + Self.headerLength) }

    private func header() -> (length: Int, sequence: UInt8)? {
        guard let word: UInt32 = buffer.getInteger(at: buffer.readerIndex, endianness: .little) else { return nil }
        return (Int(word & 0xFF_FFFF), UInt8(truncatingIfNeeded: word >> 24))
    }

    /// An ERR may come with any number: a server that gives up in the middle, or closes an idle session, counts anew.
    private func check(sequence: UInt8, isERR: Bool) throws(WireError) {
        guard sequence == expectedSequence || isERR else {
            throw WireError(
                packet: "packet",
                field: "sequence",
                offset: 3,
                reason: "number \(sequence) where \(expectedSequence) was expected"
            )
        }
    }
}
