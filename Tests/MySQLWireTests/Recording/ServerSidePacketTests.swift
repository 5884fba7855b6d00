import MySQLWire
import NIOCore
import Testing

/// The server's direction of each packet, against the client's.
@Suite struct ServerSidePacketTests {
    static let capabilities = CapabilityFlags.client.union([.sessionTrack])

    @Test(arguments: [CapabilityFlags.client, .client.subtracting([.pluginAuth]), [.protocol41, .secureConnection]])
    func `A greeting that is encoded is decoded again`(capabilities: CapabilityFlags) throws {
        let greeting = HandshakeV10(
            serverVersion: "9.7.4",
            connectionID: .max,
            nonce: (1...20).map { UInt8($0) },
            capabilities: capabilities,
            characterSet: 45,
            status: [.autocommit, .inTransaction],
            authenticationPlugin: capabilities.contains(.pluginAuth) ? "caching_sha2_password" : nil
        )
        #expect(try HandshakeV10.decode(greeting.encode()) == greeting)
    }

    @Test(arguments: [
        CapabilityFlags.client, .client.union(.connectWithDB), .client.subtracting(.pluginAuthLengthEncoded),
        [.protocol41, .secureConnection],
    ])
    func `A login that is encoded is decoded again, and every cut of it is an error or another login`(
        capabilities: CapabilityFlags
    ) throws {
        let response = HandshakeResponse41(
            capabilities: capabilities,
            maximumPacket: 1 << 30,
            characterSet: 255,
            username: "some one",
            authenticationResponse: [1, 2, 0, 3],
            database: capabilities.contains(.connectWithDB) ? "d" : nil,
            authenticationPlugin: capabilities.contains(.pluginAuth) ? "mysql_native_password" : nil,
            attributes: capabilities.contains(.connectAttributes)
                ? [.init(name: "_pid", value: "1"), .init(name: "", value: String(repeating: "x", count: 300))] : []
        )
        let bytes = response.encode()
        #expect(try HandshakeResponse41.decode(bytes) == response)
        for length in 0..<bytes.readableBytes {
            let cut = try #require(bytes.getSlice(at: 0, length: length))
            #expect((try? HandshakeResponse41.decode(cut)) != response)
        }
    }

    @Test func `An SSLRequest is exactly 32 bytes`() throws {
        let request = SSLRequest(capabilities: .client, maximumPacket: 7, characterSet: 45)
        #expect(request.encode().readableBytes == SSLRequest.length)
        #expect(try SSLRequest.decode(request.encode()) == request)
        #expect(throws: WireError.self) { try SSLRequest.decode(ByteBuffer(repeating: 0, count: 33)) }
        #expect(throws: WireError.self) { try SSLRequest.decode(ByteBuffer(repeating: 0, count: 31)) }
    }

    @Test(arguments: [CapabilityFlags.client.subtracting(.sessionTrack), .client.union(.sessionTrack)])
    func `OK, ERR, EOF and the switch of authentication are decoded as they were encoded`(
        capabilities: CapabilityFlags
    ) throws {
        for info in ["", "Rows matched: 1  Changed: 1  Warnings: 0"] {
            let ok = OKPacket(
                completion: MySQLCompletion(
                    affectedRows: 70_000,
                    lastInsertID: .max,
                    warnings: 3,
                    status: [.autocommit],
                    info: info
                )
            )
            #expect(try OKPacket.decode(ok.encode(capabilities: capabilities), capabilities: capabilities) == ok)
        }
        let err = ERRPacket(number: 1045, sqlState: "28000", message: "#no")
        #expect(try ERRPacket.decode(err.encode()) == err)
        let early = ERRPacket(number: 1040, sqlState: nil, message: "Too many connections")
        #expect(try ERRPacket.decode(early.encode()) == early)
        let eof = EOFPacket(warnings: 9, status: [.moreResultsExist])
        #expect(try EOFPacket.decode(eof.encode()) == eof)
        let change = AuthSwitchRequest(plugin: "p", data: ByteBuffer(bytes: [1, 2, 0]))
        #expect(try AuthSwitchRequest.decode(change.encode()) == change)
    }

    @Test func `Session state travels behind the info`() throws {
        let ok = OKPacket(
            completion: MySQLCompletion(
                status: [.autocommit, .sessionStateChanged],
                sessionChanges: [.schema("d")]
            ),
            sessionState: ByteBuffer(bytes: [1, 2, 1, 0x64])
        )
        let bytes = ok.encode(capabilities: Self.capabilities)
        #expect(try OKPacket.decode(bytes, capabilities: Self.capabilities) == ok)
    }

    @Test func `Columns and rows are decoded as they were encoded`() throws {
        let column = ColumnDefinition(
            schema: "s",
            table: "t",
            originalTable: "o",
            name: "näme",
            originalName: "n",
            collation: 63,
            length: 1 << 30,
            type: .longLong,
            flags: 0x8021,
            decimals: 31
        )
        #expect(try ColumnDefinition.decode(column.encode()) == column)
        let row = TextRow(["", nil, "x", String(repeating: "y", count: 70_000)])
        #expect(try TextRow.decode(row.encode()) == row)
    }

    @Test(arguments: [CapabilityFlags.client, .client.union(.queryAttributes)])
    func `Commands are decoded as they were encoded`(capabilities: CapabilityFlags) throws {
        let commands: [Command] = [
            .quit, .initDB("d"), .query("SELECT 'ü'"), .query(""), .ping, .resetConnection,
            .stream(ByteBuffer(bytes: [0x12, 4, 0, 0, 0])),
        ]
        for command in commands {
            let bytes = command.encode(capabilities: capabilities)
            #expect(try Command.decode(bytes, capabilities: capabilities) == command)
        }
        #expect(throws: WireError.self) { try Command.decode(ByteBuffer()) }
    }
}
