package import NIOCore

/// The state changes at the end of an OK_Packet (manual: Session State Information): entries of
/// `type u8, length lenenc, data`, each read within its own data. Types that are not known are skipped.
///
/// - 0 SESSION_TRACK_SYSTEM_VARIABLES: `name lenenc, value lenenc`, as often as there is room (MariaDB puts several into
///   one entry); a value may be NULL (0xFB).
/// - 1 SESSION_TRACK_SCHEMA: `name lenenc`.
/// - 2 SESSION_TRACK_STATE_CHANGE: '1' or '0'; MySQL sends the one character, MariaDB and the manual put its length before it.
/// - 3 SESSION_TRACK_GTIDS: `encoding u8` (0: text), `GTIDs lenenc`.
/// - 4 SESSION_TRACK_TRANSACTION_CHARACTERISTICS, 5 SESSION_TRACK_TRANSACTION_STATE: `text lenenc`.
/// See [OK_Packet, Session State Information](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html).
package enum SessionStateInformation {
    /// Far more than a server has variables; an entry of two bytes would else become many in memory.
    package static let maximumChanges = 4096

    private static let packet = "SessionStateInformation"

    package static func decode(_ block: ByteBuffer) throws(WireError) -> [MySQLSessionChange] {
        var reader = WireReader(block, packet: packet)
        var changes: [MySQLSessionChange] = []
        while !reader.isAtEnd {
            let type: UInt8 = try reader.integer("type")
            var data = WireReader(try reader.lengthEncodedBytes("data"), packet: packet)
            switch type {
            case 0: try decodeVariables(&data, into: &changes)
            case 1: changes.append(.schema(try data.lengthEncodedString("schema")))
            case 2: changes.append(.stateChanged(try decodeFlag(&data)))
            case 3:
                // Of another encoding nothing is known.
                guard try data.integer("encoding of GTIDs", as: UInt8.self) == 0 else { continue }
                changes.append(.gtids(try data.lengthEncodedString("GTIDs")))
            case 4:
                changes.append(
                    .transactionCharacteristics(try data.lengthEncodedString("transaction characteristics"))
                )
            case 5: changes.append(.transactionState(try data.lengthEncodedString("transaction state")))
            default: break
            }
            guard changes.count <= maximumChanges else { throw tooMany }
        }
        return changes
    }

    private static func decodeVariables(
        _ data: inout WireReader,
        into changes: inout [MySQLSessionChange]
    ) throws(WireError) {
        repeat {
            let name = try data.lengthEncodedString("variable name")
            var value: String?
            if data.peek() == 0xFB {
                try data.skip(1, "variable value")
            } else {
                value = try data.lengthEncodedString("variable value")
            }
            changes.append(.systemVariable(name: name, value: value))
            guard changes.count <= maximumChanges else { throw tooMany }
        } while !data.isAtEnd
    }

    private static func decodeFlag(_ data: inout WireReader) throws(WireError) -> Bool {
        if data.remaining == 2, data.peek() == 1 { try data.skip(1, "length") }
        let flag: UInt8 = try data.integer("state change")
        guard data.isAtEnd, flag == UInt8(ascii: "0") || flag == UInt8(ascii: "1") else {
            throw data.error("state change", "neither '0' nor '1'")
        }
        return flag == UInt8(ascii: "1")
    }

    private static var tooMany: WireError {
        WireError(
            packet: packet,
            field: "changes",
            offset: 0,
            reason: "one statement has more than \(maximumChanges) changes",
            isLimit: true
        )
    }

    /// A server's side of ``decode(_:)``, in MySQL's form: one entry for each change.
    package static func encode(_ changes: [MySQLSessionChange]) -> ByteBuffer {
        var block = ByteBuffer()
        for change in changes {
            var data = ByteBuffer()
            let type: UInt8
            switch change {
            case .systemVariable(let name, let value):
                type = 0
                data.writeLengthEncoded(string: name)
                if let value { data.writeLengthEncoded(string: value) } else { data.writeInteger(UInt8(0xFB)) }
            case .schema(let name):
                type = 1
                data.writeLengthEncoded(string: name)
            case .stateChanged(let isChanged):
                type = 2
                data.writeString(isChanged ? "1" : "0")
            case .gtids(let text):
                type = 3
                data.writeInteger(UInt8(0))
                data.writeLengthEncoded(string: text)
            case .transactionCharacteristics(let text):
                type = 4
                data.writeLengthEncoded(string: text)
            case .transactionState(let text):
                type = 5
                data.writeLengthEncoded(string: text)
            }
            block.writeInteger(type)
            block.writeLengthEncoded(bytes: data.readableBytesView)
        }
        return block
    }
}
