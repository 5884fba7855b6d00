import MySQLWire
import NIOCore

/// Reads the commands whose bytes mean something only beside what came before: COM_STMT_EXECUTE needs the number of the
/// statement's parameters and which of them came as long data. COM_CHANGE_USER is a login.
struct PreparedStatements {
    private var parameters: [UInt32: Int] = [:]
    private var longData: [UInt32: Set<Int>] = [:]

    mutating func prepared(_ packet: PrepareOK) {
        parameters[packet.statementID] = Int(packet.parameterCount)
    }

    /// - Returns: false for all other commands.
    /// - Throws: where it is one of them, and cannot be read.
    mutating func knows(_ payload: ByteBuffer, _ capabilities: CapabilityFlags) throws -> Bool {
        let id = payload.getInteger(at: payload.readerIndex + 1, endianness: .little, as: UInt32.self) ?? 0
        switch payload.getInteger(at: payload.readerIndex, as: UInt8.self) {
        case 0x11:
            _ = try ChangeUserCommand.decode(payload, capabilities: capabilities)
            return true
        case 0x17:
            guard let count = parameters[id] else { return false }
            _ = try StatementExecute.decode(
                payload,
                parameterCount: count,
                longData: longData.removeValue(forKey: id) ?? [],
                capabilities: capabilities
            )
            return true
        case 0x18:
            let parameter = payload.getInteger(at: payload.readerIndex + 5, endianness: .little, as: UInt16.self) ?? 0
            longData[id, default: []].insert(Int(parameter))
            return false
        default: return false
        }
    }
}
