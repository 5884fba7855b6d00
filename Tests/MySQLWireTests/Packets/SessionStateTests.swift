import NIOCore
import Testing

@testable import MySQLWire

/// The state changes behind an OK packet: every type, both forms, and blocks that are broken at every byte.
@Suite struct SessionStateTests {
    private static let all: [MySQLSessionChange] = [
        .systemVariable(name: "autocommit", value: "OFF"), .systemVariable(name: "character_set_results", value: nil),
        .schema("shop"), .stateChanged(true), .gtids("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5"),
        .transactionCharacteristics("START TRANSACTION READ ONLY;"), .transactionState("T_R_____"),
    ]

    private func decode(_ bytes: [UInt8]) throws -> [MySQLSessionChange] {
        try SessionStateInformation.decode(ByteBuffer(bytes: bytes))
    }

    private static func ok(_ block: ByteBuffer, info: String = "") -> ByteBuffer {
        let completion = MySQLCompletion(status: [.autocommit, .sessionStateChanged], info: info)
        return OKPacket(completion: completion, sessionState: block).encode(capabilities: .sessionTrack)
    }

    @Test func `every type is read as it was written`() throws {
        let block = SessionStateInformation.encode(Self.all)
        #expect(try SessionStateInformation.decode(block) == Self.all)
        let packet = try OKPacket.decode(Self.ok(block, info: "Rows matched: 1"), capabilities: .sessionTrack)
        #expect(packet.completion.sessionChanges == Self.all)
        #expect(packet.completion.info == "Rows matched: 1")
    }

    @Test func `the bytes of each type are those of the protocol, in the forms of MySQL and of MariaDB`() throws {
        #expect(try decode([1, 2, 1, 0x61]) == [.schema("a")])
        #expect(try decode([0, 4, 1, 0x61, 1, 0x62]) == [.systemVariable(name: "a", value: "b")])
        let two: [MySQLSessionChange] = [
            .systemVariable(name: "a", value: nil), .systemVariable(name: "c", value: "d"),
        ]
        #expect(try decode([0, 7, 1, 0x61, 0xFB, 1, 0x63, 1, 0x64]) == two)
        #expect(try decode([2, 1, 0x31]) == [.stateChanged(true)])
        #expect(try decode([2, 2, 1, 0x31]) == [.stateChanged(true)])
        #expect(try decode([2, 1, 0x30]) == [.stateChanged(false)])
        #expect(try decode([3, 3, 0, 1, 0x67]) == [.gtids("g")])
        #expect(try decode([4, 1, 0]) == [.transactionCharacteristics("")])
        #expect(try decode([5, 9, 8] + Array("T_______".utf8)) == [.transactionState("T_______")])
    }

    @Test func `types and encodings that nobody knows are skipped, whatever they hold`() throws {
        #expect(try decode([0x77, 3, 0xFF, 0xFE, 0xFB, 1, 2, 1, 0x61]) == [.schema("a")])
        #expect(try decode([3, 3, 9, 0xFF, 0xFF, 1, 2, 1, 0x61]) == [.schema("a")])
        #expect(try decode([]) == [])
    }

    @Test(arguments: [
        [1], [1, 5, 1, 0x61], [1, 0], [1, 2, 5, 0x61], [1, 0xFB], [1, 0xFE] + Array(repeating: 0xFF, count: 8),
        [0, 0], [0, 2, 1, 0x61], [0, 4, 1, 0x61, 9, 0x62], [0, 5, 1, 0x61, 1, 0x62, 7], [2, 0], [2, 1, 0x37],
        [2, 3, 2, 0x31, 0x31], [3, 0], [3, 1, 0], [3, 2, 0, 4], [5, 1, 8],
    ])
    func `an entry that ends early, or lies about a length, is an error within its own bytes`(bytes: [UInt8]) {
        // What would make the entry whole stands behind it, where it must not be looked for.
        #expect(throws: WireError.self) { try decode(bytes) }
        let behind = bytes.count > 1 && Int(bytes[1]) == bytes.count - 2 ? [1, 2, 1, 0x61] as [UInt8] : []
        #expect(throws: WireError.self) { try decode(bytes + behind) }
    }

    @Test func `variables of one entry are counted while they come`() throws {
        let many = Array(repeating: [0, 0] as [UInt8], count: SessionStateInformation.maximumChanges + 1).flatMap { $0 }
        // What stands behind them is no variable, and is not come to.
        let data = many + [9]
        let bytes: [UInt8] = [0, 0xFC, UInt8(data.count & 0xFF), UInt8(data.count >> 8)] + data
        let error = #expect(throws: WireError.self) { try decode(bytes) }
        #expect(error?.isLimit == true)
    }

    @Test func `cut off at every byte, a block gives its whole entries or an error`() throws {
        let block = SessionStateInformation.encode(Self.all)
        var ends: [Int: Int] = [0: 0]
        for count in 1...Self.all.count {
            ends[SessionStateInformation.encode(Array(Self.all.prefix(count))).readableBytes] = count
        }
        for length in 0..<block.readableBytes {
            let cut = try #require(block.getSlice(at: block.readerIndex, length: length))
            if let count = ends[length] {
                #expect(try SessionStateInformation.decode(cut) == Array(Self.all.prefix(count)))
            } else {
                #expect(throws: WireError.self) { try SessionStateInformation.decode(cut) }
                // With the length of the block as it should be then, the packet is whole and its content is not.
                #expect(throws: WireError.self) { try OKPacket.decode(Self.ok(cut), capabilities: .sessionTrack) }
            }
        }
        let packet = Self.ok(block, info: "info")
        for length in 0..<packet.readableBytes where ![7, 12].contains(length) {
            let cut = try #require(packet.getSlice(at: packet.readerIndex, length: length))
            #expect(throws: WireError.self) { try OKPacket.decode(cut, capabilities: .sessionTrack) }
        }
    }

    @Test func `without info and changes nothing stands behind the warnings, and info is a text with its length`()
        throws
    {
        let short = try OKPacket.decode(ByteBuffer(bytes: [0, 1, 2, 2, 0, 3, 0]), capabilities: .sessionTrack)
        let completion = MySQLCompletion(affectedRows: 1, lastInsertID: 2, warnings: 3, status: .autocommit)
        #expect(short.completion == completion)
        let text = ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0, 2, 0x68, 0x69])
        #expect(try OKPacket.decode(text, capabilities: .sessionTrack).completion.info == "hi")
    }

    @Test func `small entries do not become much memory`() {
        var block = ByteBuffer(bytes: [0])
        block.writeLengthEncoded(2 << 20)
        block.writeRepeatingByte(0, count: 2 << 20)
        let error = #expect(throws: WireError.self) { try SessionStateInformation.decode(block) }
        #expect(error?.isLimit == true)
        let schemas = Array(repeating: [1, 1, 0] as [UInt8], count: 5000).flatMap { $0 }
        #expect(throws: WireError.self) { try decode(schemas) }
    }

    @Test func `the state keeps the latest of each, and a bounded number of variables`() {
        var state = MySQLSessionState()
        state.apply(Self.all)
        #expect(state.schema == "shop")
        let kept: [String: String?] = ["autocommit": "OFF", "character_set_results": nil]
        #expect(state.systemVariables == kept)
        #expect(state.gtids?.hasSuffix(":1-5") == true)
        #expect(state.transactionState == "T_R_____")
        state.apply([.schema(""), .systemVariable(name: "autocommit", value: String(repeating: "x", count: 1 << 16))])
        #expect(state.schema == nil)
        #expect(!state.systemVariables.keys.contains("autocommit"))
        state.apply((0..<5000).map { .systemVariable(name: "v\($0)", value: "") })
        #expect(state.systemVariables.count == MySQLSessionState.maximumVariables)
    }
}
