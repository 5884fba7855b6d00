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

    /// What is to be consumed next of what has arrived.
    package private(set) var buffer = ByteBuffer()
    /// What arrived behind it, read by read. A reader of rows that falls behind lets them pile up: nothing is copied for that.
    private var arrived = CircularBuffer<ByteBuffer>()
    /// Nobody shares `buffer`: it grows in place.
    private var isOwn = false
    /// The sequence number that the next packet must have.
    package private(set) var expectedSequence: UInt8 = 0
    /// False inside of compression: there servers set the number to that of the frame whenever they flush, and the
    /// frames' own numbers are checked instead.
    package var isSequenceStrict = true
    /// A payload in several packets, as far as it has come.
    private var joined: ByteBuffer?
    /// Of the part of it that is arriving: what is still to come, and whether it is the last.
    private var missing = 0
    private var isLastPart = false
    /// Of one payload, in bytes.
    package var maximumPayload: Int

    package init(maximumPayload: Int) {
        self.maximumPayload = maximumPayload
    }

    /// True between two payloads with nothing left over.
    package var isEmpty: Bool { buffer.readableBytes == 0 && arrived.isEmpty && joined == nil }

    package mutating func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        if buffer.readableBytes == 0, arrived.isEmpty {
            (buffer, isOwn) = (bytes, false)
        } else {
            arrived.append(bytes)
        }
    }

    /// Goes on to the next read where `buffer` is at its end, or in the middle of a packet.
    ///
    /// A packet that was cut off gets a buffer of its own, so that a cut costs the copy of one packet and never that of a
    /// whole read; to write behind bytes that a batch of rows shares would copy all of them.
    private mutating func refill() {
        while let next = arrived.first {
            if buffer.readableBytes == 0 {
                (buffer, isOwn) = (next, false)
                arrived.removeFirst()
                continue
            }
            // A part of a joined payload is taken as it comes.
            guard missing == 0, let wanted = lengthOfCut() else { return }
            var rest = next
            let count = min(wanted - buffer.readableBytes, rest.readableBytes)
            if !isOwn {
                var whole = ByteBuffer()
                whole.reserveCapacity(min(wanted, 2 * (buffer.readableBytes + count)))
                whole.writeImmutableBuffer(buffer)
                (buffer, isOwn) = (whole, true)
            }
            if var head = rest.readSlice(length: count) {
                buffer.reserve(minimumWritableBytes: count)
                buffer.writeBuffer(&head)
            }
            if rest.readableBytes > 0 { arrived[arrived.startIndex] = rest } else { arrived.removeFirst() }
        }
    }

    /// How long the first packet is, header included (or its header, while that is not whole); nil where all of it is there.
    private func lengthOfCut() -> Int? {
        let wanted = header().map { Self.headerLength + $0.length } ?? Self.headerLength
        return wanted > buffer.readableBytes ? wanted : nil
    }

    /// At the start of a command both sides count from 0 again; the peer's first packet then has number 1.
    package mutating func expectSequence(_ sequence: UInt8) {
        expectedSequence = sequence
    }

    /// The next whole payload, if it has arrived.
    package mutating func next() throws(WireError) -> Packet? {
        while true {
            refill()
            if missing > 0 || isLastPart {
                guard let payload = nextOfJoined() else {
                    if missing > 0 { return nil }
                    continue
                }
                return Packet(sequence: expectedSequence &- 1, payload: payload)
            }
            guard let (length, sequence) = header() else { return nil }
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
            if joined == nil, length < Self.maximumPacket {
                guard buffer.readableBytes >= Self.headerLength + length else { return nil }
                buffer.moveReaderIndex(forwardBy: Self.headerLength)
                guard let payload = take(length) else { return nil }
                expectedSequence = sequence &+ 1
                return Packet(sequence: sequence, payload: payload)
            }
            _ = take(Self.headerLength)
            expectedSequence = sequence &+ 1
            if joined == nil { joined = ByteBuffer() }
            missing = length
            isLastPart = length < Self.maximumPacket
        }
    }

    /// Moves what has come of a part over to the parts before it, so that a payload of a gigabyte is held once.
    ///
    /// - Returns: the payload, where it is whole.
    private mutating func nextOfJoined() -> ByteBuffer? {
        while missing > 0, buffer.readableBytes > 0, var piece = take(min(missing, buffer.readableBytes)) {
            missing -= piece.readableBytes
            joined?.reserve(minimumWritableBytes: piece.readableBytes)
            joined?.writeBuffer(&piece)
            refill()
        }
        guard missing == 0, isLastPart else { return nil }
        isLastPart = false
        defer { joined = nil }
        return joined
    }

    /// Parses rows in place, as far as whole packets have arrived: see ``RowScanner``. Nothing is copied; the
    /// batch shares this buffer's storage.
    package mutating func scanRows(
        columns: MySQLColumns,
        format: RowFormat = .text,
        maximumBytes: Int
    ) throws(WireError) -> MySQLRowBatch? {
        guard joined == nil else { return nil }
        refill()
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
        let (count, sequence) = (scanner.rowCount, scanner.sequence)
        guard count > 0, let storage = take(scanner.consumed) else { return nil }
        expectedSequence = sequence
        return MySQLRowBatch(
            RowStorage(
                columns: columns,
                count: count,
                format: format,
                storage: storage,
                table: scanner.takeTable()
            )
        )
    }

    /// Lends payloads in place, at most `limit` of them, as far as whole packets lie in one piece: up to the first that `take`
    /// does not want, which is left to the slow way.
    ///
    /// - Parameter take: called with each payload, and where it begins in what is returned.
    /// - Returns: the packets that were taken, headers included; nil for none.
    package mutating func scanPayloads(limit: Int, _ take: (UnsafeRawBufferPointer, Int) -> Bool) -> ByteBuffer? {
        guard joined == nil else { return nil }
        refill()
        var sequence = expectedSequence
        let consumed = buffer.withUnsafeReadableBytes { bytes in
            var (position, count) = (0, 0)
            while count < limit, bytes.count - position >= Self.headerLength {
                let header = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                let length = Int(header & 0xFF_FFFF)
                let start = position + Self.headerLength
                guard length < Self.maximumPacket, length <= maximumPayload, bytes.count - start >= length,
                    UInt8(truncatingIfNeeded: header >> 24) == sequence,
                    take(UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]), start)
                else { break }
                sequence &+= 1
                count += 1
                position = start + length
            }
            return position
        }
        guard consumed > 0 else { return nil }
        expectedSequence = sequence
        return self.take(consumed)
    }

    /// Goes past packets that are known, where just these come next, with the numbers that are due.
    package mutating func skip(_ packets: ByteBuffer, count: Int) -> Bool {
        guard joined == nil, missing == 0, !isLastPart else { return false }
        refill()
        let length = packets.readableBytes
        guard let next = buffer.getSlice(at: buffer.readerIndex, length: length), next == packets,
            header()?.sequence == expectedSequence
        else { return false }
        _ = take(length)
        expectedSequence &+= UInt8(truncatingIfNeeded: count)
        return true
    }

    private mutating func take(_ length: Int) -> ByteBuffer? {
        let slice = buffer.readSlice(length: length)
        isOwn = false
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
