/// An execution on its way to what the server takes in one packet: what is too much of it goes before, as long data.
struct ExecutionDraft: Sendable {
    private(set) var packet: StatementExecute
    private(set) var plan: LongDataPlan?
    private var longData: [Int: MySQLLongData]
    private let capabilities: CapabilityFlags

    init(_ packet: StatementExecute, longData: [Int: MySQLLongData], capabilities: CapabilityFlags) {
        self.packet = packet
        self.longData = longData
        self.capabilities = capabilities
        for (index, value) in longData { self.packet.parameters[index] = value.placeholder }
        self.packet.longData = Set(longData.keys)
    }

    /// Whether the server's limit matters to it.
    var needsLimit: Bool { !longData.isEmpty || packet.valueLength >= MySQLConnection.unquestionedLength }

    /// - Parameter maximumPacket: the server's max_allowed_packet, if it is known.
    mutating func fit(_ maximumPacket: Int?) throws(MySQLError) {
        if let maximumPacket { try move(below: maximumPacket) }
        guard !longData.isEmpty else { return }
        plan = LongDataPlan(
            parameters: longData.keys.sorted().compactMap { index in
                longData[index].map { .init(index: UInt16(truncatingIfNeeded: index), contents: $0.contents) }
            },
            maximumPacket: maximumPacket
        )
    }

    /// The longest values first, until the rest fits.
    private mutating func move(below maximum: Int) throws(MySQLError) {
        var length = packet.length(capabilities: capabilities)
        guard length >= maximum else { return }
        let movable = packet.parameters.indices
            .filter { packet.parameters[$0].isString && longData[$0] == nil }
            .sorted { packet.parameters[$0].byteCount > packet.parameters[$1].byteCount }
        for index in movable where length >= maximum {
            let value = packet.parameters[index]
            guard value.byteCount <= maximum else {
                throw MySQLError.packetTooLarge(
                    "the value of parameter \(index), of \(value.byteCount) bytes,",
                    maximum: maximum
                )
            }
            longData[index] = MySQLLongData(value)
            packet.longData.insert(index)
            length = packet.length(capabilities: capabilities)
        }
    }
}
