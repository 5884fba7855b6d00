import MySQLWire
import NIOCore

/// What must neither trap nor read outside of its bytes, whatever they are. A typed error is a good answer.
enum FuzzTargets {
    static let maximumPayload = 1 << 20

    static func framing(_ data: FuzzInput) {
        var input = data
        var framer = PacketFramer(maximumPayload: maximumPayload)
        framer.expectSequence(input.byte())
        while !input.isAtEnd {
            framer.append(input.take(Int(input.byte())))
            do {
                while try framer.next() != nil {}
            } catch {
                return
            }
        }
    }

    static func compression(_ data: FuzzInput) {
        var input = data
        var framer = CompressedFramer(method: input.byte() % 2 == 0 ? .zlib : .zstd(level: 3))
        while !input.isAtEnd {
            framer.append(input.take(Int(input.byte())))
            do {
                while try framer.next(atLeast: 1, isBetweenPackets: true) != nil {}
            } catch {
                return
            }
        }
    }

    static func packets(_ data: FuzzInput) {
        var input = data
        let kind = input.byte()
        let capabilities = CapabilityFlags(
            rawValue: UInt32(input.byte()) << 24 | UInt32(input.byte()) << 16 | UInt32(input.byte()) << 8
        )
        let payload = input.rest()
        switch kind % 11 {
        case 0: _ = try? HandshakeV10.decode(payload)
        case 1: _ = try? OKPacket.decode(payload, capabilities: capabilities)
        case 2: _ = try? ERRPacket.decode(payload)
        case 3: _ = try? EOFPacket.decode(payload)
        case 4:
            // In two ways, which must agree.
            var block = ColumnDefinitionBlock()
            let isTaken = payload.withUnsafeReadableBytes { block.note($0, at: 0) }
            if isTaken { block.append(noted: payload) }
            let definition = try? ColumnDefinition.decode(payload)
            guard isTaken == (definition != nil), block.decoded() == [definition].compactMap({ $0 }) else {
                fatalError("a definition is none")
            }
        case 5: _ = try? AuthSwitchRequest.decode(payload)
        case 6: _ = try? PrepareOK.decode(payload)
        case 7: _ = try? HandshakeResponse41.decode(payload)
        case 8: _ = try? SSLRequest.decode(payload)
        case 9:
            guard let command = try? Command.decode(payload, capabilities: capabilities) else { return }
            guard command.encode(capabilities: capabilities) == payload else { fatalError("bytes were lost") }
        default: _ = try? TextRow.decode(payload)
        }
    }

    /// Columns of any type, rows in both formats, and every conversion of every cell.
    static func rows(_ data: FuzzInput) {
        var input = data
        let format: RowFormat = input.byte() % 2 == 0 ? .text : .binary
        let columns = MySQLColumns(
            (0..<Int(input.byte() % 12)).map { index in
                ColumnDefinition(
                    name: "c\(index)",
                    collation: UInt16(input.byte()),
                    type: ColumnType(rawValue: input.byte()),
                    flags: UInt16(input.byte()),
                    decimals: input.byte()
                )
            }
        )
        var framer = PacketFramer(maximumPayload: maximumPayload)
        framer.append(input.rest())
        guard let batch = try? framer.scanRows(columns: columns, format: format, maximumBytes: 1 << 16) else { return }
        for row in batch {
            for column in columns.indices {
                _ = row.string(at: column)
                _ = try? row.value(at: column).text
                _ = try? row.decode(Int8.self, at: column)
                _ = try? row.decode(UInt64?.self, at: column)
                _ = try? row.decode(Double.self, at: column)
                _ = try? row.decode(MySQLDecimal.self, at: column)
                _ = try? row.decode([UInt8].self, at: column)
            }
        }
    }

    static func events(_ data: FuzzInput) {
        var input = data
        var decoder = BinlogEventDecoder()
        while !input.isAtEnd {
            let length = Int(input.byte()) | Int(input.byte()) << 8
            do { _ = try decoder.decode(input.take(length)) } catch { return }
        }
    }

    static func recording(_ data: FuzzInput) {
        var input = data
        _ = try? RecordingParser.parse(String(buffer: input.rest()))
    }
}
