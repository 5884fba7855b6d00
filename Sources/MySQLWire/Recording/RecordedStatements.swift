package import NIOCore

/// What a recording has told so far of its prepared statements. A COM_STMT_EXECUTE means something only beside it: its
/// bytes tell neither how many parameters there are nor which of them came as long data.
package struct RecordedStatements: Sendable {
    private var parameterCounts: [UInt32: Int] = [:]
    private var longData: [UInt32: Set<Int>] = [:]

    package init() {}

    package mutating func prepared(_ packet: PrepareOK) {
        parameterCounts[packet.statementID] = Int(packet.parameterCount)
    }

    package mutating func sent(_ command: Command) {
        if case .statementSendLongData(let id, let parameter, _) = command {
            longData[id, default: []].insert(Int(parameter))
        }
    }

    /// - Returns: nil for every other command, and for a statement whose preparation was not seen.
    package mutating func execution(
        _ payload: ByteBuffer,
        capabilities: CapabilityFlags
    ) throws(WireError) -> StatementExecute? {
        guard payload.firstByte == 0x17,
            let id: UInt32 = payload.getInteger(at: payload.readerIndex + 1, endianness: .little),
            let count = parameterCounts[id]
        else { return nil }
        return try StatementExecute.decode(
            payload,
            parameterCount: count,
            longData: longData.removeValue(forKey: id) ?? [],
            capabilities: capabilities
        )
    }
}
