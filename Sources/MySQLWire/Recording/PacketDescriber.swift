package import NIOCore

/// One short line of what a packet is and says, for the comments of a recording.
package enum PacketDescriber {
    private static let longest = 100

    package static func describe(
        _ kind: PacketKind,
        payload: ByteBuffer,
        capabilities: CapabilityFlags? = nil
    ) -> String {
        switch kind {
        case .greeting:
            guard let packet = try? HandshakeV10.decode(payload) else { return "HandshakeV10, malformed" }
            return "HandshakeV10, \(packet.serverVersion), \(packet.authenticationPlugin ?? "no plugin")"
        case .sslRequest: return "SSLRequest"
        case .handshakeResponse:
            guard let packet = try? HandshakeResponse41.decode(payload) else { return "HandshakeResponse41, malformed" }
            return "HandshakeResponse41, user \(packet.username), \(packet.authenticationPlugin ?? "no plugin")"
        case .publicKeyRequest: return "asks for the RSA key"
        case .authenticationData: return "authentication, redacted"
        case .authSwitchRequest:
            return "AuthSwitchRequest, \((try? AuthSwitchRequest.decode(payload))?.plugin ?? "mysql_old_password")"
        case .authMoreData: return "AuthMoreData" + moreData(payload)
        case .authNextFactor:
            return "AuthNextFactor, \((try? AuthNextFactor.decode(payload))?.plugin ?? "malformed")"
        case .ok: return ok(payload, capabilities ?? [])
        case .err:
            guard let packet = try? ERRPacket.decode(payload) else { return "ERR, malformed" }
            return short("ERR \(packet.number) (\(packet.sqlState ?? "-")) \(packet.message)")
        case .eof: return "EOF"
        case .command(let byte): return command(byte, payload, capabilities ?? [])
        case .columnCount:
            var reader = WireReader(payload, packet: "column count")
            return "\((try? reader.lengthEncoded("count")).map(String.init) ?? "?") columns"
        case .columnDefinition:
            guard let column = try? ColumnDefinition.decode(payload) else { return "column, malformed" }
            return short("column \(column.name), type \(column.type.rawValue)")
        case .row: return row(payload)
        case .binaryRow: return "binary row, \(payload.readableBytes) bytes"
        case .prepareOK:
            guard let packet = try? PrepareOK.decode(payload) else { return "COM_STMT_PREPARE_OK, malformed" }
            return "statement \(packet.statementID), \(packet.parameterCount) parameters, \(packet.columnCount) columns"
        case .statistics: return short(String(buffer: payload))
        case .localInfileRequest: return "LOCAL INFILE request"
        case .localInfileData: return "LOCAL INFILE data"
        case .continuation: return "continues the payload"
        case .other: return "\(payload.readableBytes) bytes"
        }
    }

    private static func moreData(_ payload: ByteBuffer) -> String {
        guard payload.readableBytes == 2 else { return "" }
        return switch payload.secondByte {
        case 3: ", fast authentication succeeded"
        case 4: ", full authentication wanted"
        default: ""
        }
    }

    private static func ok(_ payload: ByteBuffer, _ capabilities: CapabilityFlags) -> String {
        guard let packet = try? OKPacket.decode(payload, capabilities: capabilities) else { return "OK, malformed" }
        let completion = packet.completion
        let info = completion.info.isEmpty ? "" : ", \(completion.info)"
        return short("OK, \(completion.affectedRows) rows affected, \(completion.warnings) warnings\(info)")
    }

    private static func command(_ byte: UInt8, _ payload: ByteBuffer, _ capabilities: CapabilityFlags) -> String {
        switch try? Command.decode(payload, capabilities: capabilities) {
        case .query(let sql)?: return "COM_QUERY \(short(sql))"
        case .attributedQuery(let sql, let attributes)?:
            return short("COM_QUERY with \(attributes.count) attributes, \(sql)")
        case .allowSeveralStatements(let areAllowed)?:
            return "COM_SET_OPTION, several statements \(areAllowed ? "on" : "off")"
        case .statementFetch(_, let rows)?: return "COM_STMT_FETCH, \(rows) rows"
        case .statementSendLongData(_, let parameter, let piece)?:
            return "COM_STMT_SEND_LONG_DATA, parameter \(parameter), \(piece.readableBytes) bytes"
        default: break
        }
        return switch byte {
        case 0x02, 0x03, 0x04, 0x16: "\(Command.name(of: byte)) \(short(String(buffer: payload.dropFirst(1))))"
        default: Command.name(of: byte)
        }
    }

    private static func row(_ payload: ByteBuffer) -> String {
        var reader = WireReader(payload, packet: "row")
        var cells: [String] = []
        var length = 0
        while !reader.isAtEnd, length < longest {
            if reader.peek() == 0xFB {
                _ = try? reader.skip(1, "NULL")
                cells.append("NULL")
            } else if let bytes = try? reader.lengthEncodedBytes("cell") {
                cells.append(
                    "'\(String(buffer: bytes.getSlice(at: bytes.readerIndex, length: min(bytes.readableBytes, longest)) ?? bytes))'"
                )
            } else {
                cells.append("…")
                break
            }
            length += cells.last?.count ?? 0
        }
        return short("row " + cells.joined(separator: " "))
    }

    private static func short(_ text: String) -> String {
        text.count <= longest ? text : text.prefix(longest) + "…"
    }
}

extension ByteBuffer {
    fileprivate func dropFirst(_ count: Int) -> ByteBuffer {
        getSlice(at: readerIndex + count, length: max(0, readableBytes - count)) ?? ByteBuffer()
    }
}
