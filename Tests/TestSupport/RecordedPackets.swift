package import MySQLWire
package import NIOCore

/// Reads every packet of a recording with the decoders of the side that it went to.
package enum RecordedPackets {
    /// What nobody here knows: packets that fit nowhere or do not decode, commands without a name, and what is encoded
    /// to other bytes than came.
    package static func unknown(in recording: Recording) throws -> [String] {
        var session = SessionTracker()
        var faults: [String] = []
        var statements = RecordedStatements()
        for (index, entry) in recording.entries.enumerated() {
            guard case .packet(let sender, _, let payload) = entry else { continue }
            let kind = session.observe(sender, payload: payload)
            let capabilities = session.capabilities ?? []
            func fault(_ text: String) { faults.append("entry \(index), \(sender) \(kind): \(text)") }
            do {
                switch kind {
                case .other: fault("fits nowhere: \(HexText.lines(payload))")
                case .prepareOK: statements.prepared(try PrepareOK.decode(payload))
                case .command(0x11): _ = try ChangeUserCommand.decode(payload, capabilities: capabilities)
                case .command where payload.readableBytes < PacketFramer.maximumPacket:
                    if try statements.execution(payload, capabilities: capabilities) != nil { break }
                    let command = try Command.decode(payload, capabilities: capabilities)
                    statements.sent(command)
                    if case .stream = command { fault("has no name") }
                default: break
                }
                if let again = try encodedAgain(kind, payload, capabilities), again != payload {
                    fault("\(HexText.lines(payload)) became \(HexText.lines(again))")
                }
            } catch {
                fault("\(error)")
            }
        }
        return faults
    }

    private static func isText(_ payload: ByteBuffer) -> Bool {
        String(validating: payload.readableBytesView, as: UTF8.self) != nil
            || payload.getInteger(at: payload.readerIndex, as: UInt8.self) != 0x03
    }

    /// Nil for packets that have no encoder: a proof, a key, a part of a payload.
    package static func encodedAgain(
        _ kind: PacketKind,
        _ payload: ByteBuffer,
        _ capabilities: CapabilityFlags
    ) throws -> ByteBuffer? {
        switch kind {
        case .greeting: return try HandshakeV10.decode(payload).encode()
        case .sslRequest: return try SSLRequest.decode(payload).encode()
        case .handshakeResponse: return try HandshakeResponse41.decode(payload).encode()
        // One byte asks for the plugin of before 4.1, which is refused while decoding.
        case .authSwitchRequest where payload.readableBytes == 1: return nil
        case .authSwitchRequest: return try AuthSwitchRequest.decode(payload).encode()
        case .authNextFactor: return try AuthNextFactor.decode(payload).encode()
        case .ok:
            return try OKPacket.decode(payload, capabilities: capabilities)
                .encode(capabilities: capabilities, header: payload.getInteger(at: payload.readerIndex) ?? 0)
        case .err: return try ERRPacket.decode(payload).encode()
        case .eof: return try EOFPacket.decode(payload).encode()
        case .columnCount:
            var reader = WireReader(payload, packet: "column count")
            var buffer = ByteBuffer()
            buffer.writeLengthEncoded(try reader.lengthEncoded("count"))
            return buffer
        case .columnDefinition: return try ColumnDefinition.decode(payload).encode()
        case .prepareOK: return try PrepareOK.decode(payload).encode()
        case .row where payload.readableBytes < PacketFramer.maximumPacket:
            return try TextRow.decode(payload).encode()
        // Bytes in a statement that are no UTF-8 are read as U+FFFD.
        case .command where payload.readableBytes < PacketFramer.maximumPacket && isText(payload):
            return try Command.decode(payload, capabilities: capabilities).encode(capabilities: capabilities)
        case .row, .binaryRow, .command, .statistics, .publicKeyRequest, .authenticationData, .authMoreData,
            .localInfileRequest, .localInfileData, .continuation, .other:
            return nil
        }
    }
}
