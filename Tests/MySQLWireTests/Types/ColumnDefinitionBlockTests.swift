import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct ColumnDefinitionBlockTests {
    private static func random(_ generator: inout SeededGenerator) -> ColumnDefinition {
        func text(_ generator: inout SeededGenerator) -> String {
            let length = [0, 1, 7, 15, 16, 64, 250, 251, 300, 70_000].randomElement(using: &generator) ?? 0
            return String((0..<length).map { _ in ["a", "é", "🐬", "`"].randomElement(using: &generator) ?? "b" })
        }
        return ColumnDefinition(
            schema: text(&generator),
            table: text(&generator),
            originalTable: text(&generator),
            name: text(&generator),
            originalName: text(&generator),
            collation: .random(in: 0...0xFFFF, using: &generator),
            length: .random(in: 0...0xFFFF_FFFF, using: &generator),
            type: ColumnType(rawValue: .random(in: 0...255, using: &generator)),
            flags: .random(in: 0...0xFFFF, using: &generator),
            decimals: .random(in: 0...255, using: &generator)
        )
    }

    @Test func `columns are what their packets say, whichever is asked for first`() throws {
        var generator = SeededGenerator(seed: 41)
        for round in 0..<60 {
            let sent = (0..<Int.random(in: 1...9, using: &generator)).map { _ in Self.random(&generator) }
            var block = ColumnDefinitionBlock()
            for definition in sent {
                let payload = definition.encode()
                if round % 2 == 0 {
                    try block.append(payload)
                } else {
                    let isTaken = payload.withUnsafeReadableBytes { block.note($0, at: 0) }
                    block.append(noted: payload)
                    #expect(isTaken)
                }
            }
            let columns = MySQLColumns(block)
            let own = MySQLColumns(sent)
            #expect(columns.count == sent.count)
            for _ in 0..<2 {
                #expect(columns.names == sent.map(\.name))
                #expect(columns.names == own.names)
                for (index, definition) in sent.enumerated() {
                    #expect(columns.traits[index] == ColumnTraits(definition))
                    #expect(columns.binaryWidths[index] == ColumnTraits(definition).binaryWidth)
                    #expect(columns.name(at: index) == definition.name)
                    #expect(columns.index(named: definition.name) == own.index(named: definition.name))
                }
                #expect(columns.definitions == sent)
            }
        }
    }

    @Test func `a definition that is cut off anywhere, or promises more than there is, is an error either way`() throws
    {
        let whole = ColumnDefinition(schema: "s", table: "t", name: String(repeating: "n", count: 300)).encode()
        let bytes = Array(whole.readableBytesView)
        var broken = (0..<bytes.count - 2).map { Array(bytes.prefix($0)) }
        for position in 0..<10 {
            for byte: UInt8 in [0xFB, 0xFC, 0xFD, 0xFE, 0xFF] {
                var bytes = bytes
                bytes[position] = byte
                broken.append(bytes)
            }
        }
        broken.append([0xFE] + [UInt8](repeating: 0xFF, count: 8) + bytes)
        for bytes in broken {
            let payload = ByteBuffer(bytes: bytes)
            let isDefinition = (try? ColumnDefinition.decode(payload)) != nil
            var block = ColumnDefinitionBlock()
            #expect(
                payload.withUnsafeReadableBytes { block.note($0, at: 0) } == isDefinition,
                "\(bytes.prefix(12))"
            )
            if !isDefinition {
                #expect(throws: WireError.self) { try block.append(payload) }
                #expect(block.count == 0 && block.byteCount == 0)
            }
        }
    }

    @Test func `many tasks may ask for the same columns at once`() async throws {
        for _ in 0..<50 {
            var block = ColumnDefinitionBlock()
            for index in 0..<20 { try block.append(ColumnDefinition(name: "column \(index)").encode()) }
            let columns = MySQLColumns(block)
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        #expect(columns.index(named: "column \(index)") == index)
                        #expect(columns[index].name == "column \(index)")
                    }
                }
            }
        }
    }
}
