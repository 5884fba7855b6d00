package import NIOCore

/// The answer to one command, packet by packet: values in, events out. Rows that lie whole in the receive buffer do not
/// come this way; ``ConnectionMachine`` lets the framer scan them in place.
package struct ResponseMachine: Sendable {
    /// What kind of answer a command has.
    package enum Kind: Sendable, Equatable {
        /// OK or ERR.
        case acknowledgement
        /// One or more resultsets, or OKs.
        case resultSets(RowFormat)
        /// The same of a statement for which a cursor was asked: its rows may be left on the server.
        case cursor
        /// Rows of an open cursor, whose columns are known.
        case fetched
        /// COM_STMT_PREPARE_OK and the definitions that belong to it.
        case prepared
        /// Packets until EOF.
        case packets
        /// A bare text or ERR; the text becomes the completion's `info`.
        case text
    }

    package enum Event: Sendable {
        /// Nothing for the caller yet.
        case none
        case columns(MySQLColumns)
        case rows(MySQLRowBatch)
        case packet(ByteBuffer)
        /// The end of the answer to COM_STMT_PREPARE.
        case prepared(PrepareOK)
        /// LOCAL INFILE: the server waits for a file's contents, up to an empty packet, and goes on with its answer then.
        /// Whatever name it gave, only the contents that the caller has for this command are ever sent.
        case fileRequested
        /// The same where there is none, or where it was sent already: only the empty packet is due.
        case fileRefused
        /// The end of the answer to an execution whose rows are to be fetched; ``columns(_:)`` came before.
        case cursorOpened(MySQLCompletion)
        /// The end of one result; `isLast` says whether it is the end of the answer too.
        case completed(MySQLCompletion, isLast: Bool)
        /// An ERR: the end of the answer; the connection stays usable.
        case rejected(MySQLError)
    }

    private enum State: Sendable {
        case awaitingFirst
        /// Until the contents of a file were sent.
        case sendingFile
        case awaitingColumns(count: Int)
        /// Definitions that are not kept: those of a statement's parameters say nothing, and its columns come again with
        /// each execution. The numbers are of packets, EOF included.
        case awaitingPrepared(PrepareOK, parameters: Int, columns: Int)
        case awaitingEndOfColumns(MySQLColumns)
        case rows(MySQLColumns)
        case packets
        case finished
    }

    /// The server's own limit is 4096 columns a table; a result may join several.
    package static let maximumColumns = 0xFFFF
    /// Of all definitions of one result, which are kept until the last has come: a name has 256 characters at most.
    package static let maximumDefinitionBytes = 32 << 20

    let kind: Kind
    private let capabilities: CapabilityFlags
    private var state: State
    /// Those of the result that is being described. Not part of the state, where each one more would copy them all.
    private var definitions = ColumnDefinitionBlock()
    /// No row of this result has come yet.
    private var isBeforeRows = true
    /// A result of this answer has come to its end: what follows cannot undo it.
    private var hasCompleted = false
    /// The caller has contents for one request of the server.
    private var hasFile: Bool
    /// The server asked for a file that it does not get: so the command as a whole fails, at its end.
    var refusal: MySQLError?
    /// Of what comes behind the refusal.
    var droppedBytes = 0

    /// - Parameter columns: of the rows that come at once; only for ``Kind/fetched``.
    package init(
        kind: Kind,
        capabilities: CapabilityFlags,
        hasFile: Bool = false,
        columns: MySQLColumns = .none
    ) {
        self.kind = kind
        self.hasFile = hasFile && capabilities.contains(.localFiles)
        self.capabilities = capabilities
        switch kind {
        case .packets: state = .packets
        case .fetched:
            state = .rows(columns)
            // No EOF stands before these, and the statement itself has run.
            isBeforeRows = false
            hasCompleted = true
        default: state = .awaitingFirst
        }
    }

    /// The columns of the rows that come now; nil where something else is due.
    package var rowColumns: MySQLColumns? {
        // Rows that are to be dropped are counted one by one.
        if refusal != nil { return nil }
        return if case .rows(let columns) = state { columns } else { nil }
    }

    package var rowFormat: RowFormat {
        switch kind {
        case .resultSets(let format): format
        case .cursor, .fetched: .binary
        default: .text
        }
    }

    private var hasResultSets: Bool {
        switch kind {
        case .resultSets, .cursor: true
        default: false
        }
    }

    package var phase: MySQLError.Phase {
        if case .rows = state { .rows } else { .command }
    }

    package mutating func received(_ payload: ByteBuffer) throws(WireError) -> Event {
        let first = payload.getInteger(at: payload.readerIndex, as: UInt8.self)
        switch state {
        case .awaitingFirst: return try receivedFirst(payload, first)
        case .sendingFile: throw unexpected(first, "nothing before the end of the file was sent")
        case .awaitingColumns(let count): return try receivedColumn(payload, count: count)
        case .awaitingEndOfColumns(let columns):
            guard EOFPacket.matches(payload) else { throw unexpected(first, "EOF after the column definitions") }
            state = .rows(columns)
            return opened(try EOFPacket.decode(payload)) ?? .none
        case .awaitingPrepared(let packet, let parameters, let columns):
            return try receivedPreparedPart(payload, packet, parameters: parameters, columns: columns)
        case .rows(let columns): return try receivedRow(payload, first, columns)
        case .packets: return try receivedPacket(payload, first)
        case .finished: throw unexpected(first, "nothing after the end of the answer")
        }
    }

    private mutating func receivedFirst(_ payload: ByteBuffer, _ first: UInt8?) throws(WireError) -> Event {
        switch first {
        case 0x00 where kind == .prepared: return try receivedPrepareOK(payload)
        case _ where kind == .text && first != 0xFF:
            return complete(MySQLCompletion(info: String(buffer: payload)))
        case 0x00: return complete(try OKPacket.decode(payload, capabilities: capabilities).completion)
        case 0xFF: return try reject(payload)
        case 0xFE where kind == .acknowledgement && capabilities.contains(.deprecateEOF) && payload.readableBytes != 5:
            return complete(try OKPacket.decode(payload, capabilities: capabilities).completion)
        case 0xFE where kind == .acknowledgement && EOFPacket.matches(payload):
            let packet = try EOFPacket.decode(payload)
            return complete(MySQLCompletion(warnings: packet.warnings, status: packet.status))
        case 0xFB where hasResultSets: return try receivedFileRequest(payload)
        case .some where hasResultSets:
            var reader = WireReader(payload, packet: "Resultset")
            let count = try reader.lengthEncoded("column count")
            guard count > 0, count <= UInt64(Self.maximumColumns) else {
                throw reader.error("column count", "\(count) columns")
            }
            guard reader.isAtEnd else { throw reader.error("column count", "bytes after it") }
            state = .awaitingColumns(count: Int(count))
            return .none
        default: throw unexpected(first, "OK or ERR")
        }
    }

    private mutating func receivedPrepareOK(_ payload: ByteBuffer) throws(WireError) -> Event {
        let packet = try PrepareOK.decode(payload)
        return prepared(packet, parameters: part(Int(packet.parameterCount)), columns: part(Int(packet.columnCount)))
    }

    /// How many packets so many definitions are: an EOF stands behind them, unless DEPRECATE_EOF was agreed on.
    private func part(_ count: Int) -> Int {
        count == 0 || capabilities.contains(.deprecateEOF) ? count : count + 1
    }

    private mutating func prepared(_ packet: PrepareOK, parameters: Int, columns: Int) -> Event {
        guard parameters == 0, columns == 0 else {
            state = .awaitingPrepared(packet, parameters: parameters, columns: columns)
            return .none
        }
        state = .finished
        return .prepared(packet)
    }

    private mutating func receivedPreparedPart(
        _ payload: ByteBuffer,
        _ packet: PrepareOK,
        parameters: Int,
        columns: Int
    ) throws(WireError) -> Event {
        if payload.getInteger(at: payload.readerIndex, as: UInt8.self) == 0xFF { return try reject(payload) }
        let isEnd = !capabilities.contains(.deprecateEOF) && (parameters == 1 || parameters == 0 && columns == 1)
        if isEnd {
            guard EOFPacket.matches(payload) else {
                throw unexpected(payload.getInteger(at: payload.readerIndex), "EOF after the definitions")
            }
        } else {
            _ = try ColumnDefinition.decode(payload)
        }
        return parameters > 0
            ? prepared(packet, parameters: parameters - 1, columns: columns)
            : prepared(packet, parameters: 0, columns: columns - 1)
    }

    private mutating func receivedFileRequest(_ payload: ByteBuffer) throws(WireError) -> Event {
        guard refusal == nil else { throw unexpected(0xFB, "a result; the server asks for files again and again") }
        guard hasFile else {
            refusal = Self.refusal(of: payload)
            return .fileRefused
        }
        hasFile = false
        state = .sendingFile
        return .fileRequested
    }

    /// The server waits for the contents of a file.
    package var awaitsFile: Bool {
        if case .sendingFile = state { true } else { false }
    }

    /// The empty packet was sent: OK or ERR is to come.
    mutating func fileEnded() {
        if case .sendingFile = state { state = .awaitingFirst }
    }

    private mutating func receivedColumn(_ payload: ByteBuffer, count: Int) throws(WireError) -> Event {
        // An ERR in place of a definition: the server gave up. A definition begins with the length of "def", never 0xFF.
        if payload.getInteger(at: payload.readerIndex, as: UInt8.self) == 0xFF { return try reject(payload) }
        guard definitions.byteCount + payload.readableBytes <= Self.maximumDefinitionBytes else {
            throw WireError(
                packet: "ColumnDefinition41",
                field: "length",
                offset: 0,
                reason: "the definitions of one result are over the limit of \(Self.maximumDefinitionBytes) bytes",
                isLimit: true
            )
        }
        try definitions.append(payload)
        return definitions.count == count ? .columns(described()) : .none
    }

    /// How many definitions are to come next; 0 where something else is.
    package var missingDefinitions: Int {
        // Those of a result that is to be dropped are counted one by one.
        if case .awaitingColumns(let count) = state, refusal == nil { count - definitions.count } else { 0 }
    }

    /// A definition in place; false for what is to come the slow way.
    @inline(__always)
    mutating func take(definition payload: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        definitions.byteCount + offset + payload.count <= Self.maximumDefinitionBytes
            && definitions.note(payload, at: offset)
    }

    /// The packets whose payloads were taken; nil where there are more to come.
    mutating func taken(_ packets: ByteBuffer) -> MySQLColumns? {
        definitions.append(noted: packets)
        guard case .awaitingColumns(let count) = state, definitions.count == count else { return nil }
        return described()
    }

    /// The first of them has not come yet.
    var hasNoDefinitions: Bool { definitions.count == 0 }

    /// The last definition has come.
    private mutating func described() -> MySQLColumns {
        let columns = MySQLColumns(definitions)
        described(as: columns)
        return columns
    }

    /// The definitions that are due are those of columns that are known.
    mutating func described(as columns: MySQLColumns) {
        definitions = ColumnDefinitionBlock()
        let hasEOF = !capabilities.contains(.deprecateEOF)
        state = hasEOF ? .awaitingEndOfColumns(columns) : .rows(columns)
        isBeforeRows = !hasEOF
    }

    /// A cursor is open where one was asked for and the end comes in place of the first row. The flag alone does not say
    /// it: MySQL 9.7.4 sets it also behind the rows of an EXPLAIN, and a FETCH then takes the server down.
    private mutating func opened(_ completion: MySQLCompletion) -> Event? {
        guard kind == .cursor, completion.status.contains(.cursorExists) else { return nil }
        state = .finished
        return .cursorOpened(completion)
    }

    private mutating func opened(_ packet: EOFPacket) -> Event? {
        opened(MySQLCompletion(warnings: packet.warnings, status: packet.status))
    }

    /// Rows have been taken past this machine.
    mutating func rowsScanned() {
        isBeforeRows = false
    }

    private mutating func receivedRow(
        _ payload: ByteBuffer,
        _ first: UInt8?,
        _ columns: MySQLColumns
    ) throws(WireError) -> Event {
        if first == 0xFF, payload.readableBytes <= PacketFramer.maximumPacket { return try reject(payload) }
        // A payload of 2^24 - 1 bytes or more that begins with 0xFE is a row with a huge first cell.
        if first == 0xFE, payload.readableBytes < PacketFramer.maximumPacket {
            // Some servers and proxies send the old EOF although DEPRECATE_EOF was agreed on (bug 83346): 5 bytes. They
            // also send the one between definitions and rows, which does not end anything.
            if !capabilities.contains(.deprecateEOF) || payload.readableBytes == 5 {
                guard EOFPacket.matches(payload) else { throw unexpected(first, "a row or EOF") }
                let packet = try EOFPacket.decode(payload)
                if isBeforeRows {
                    isBeforeRows = false
                    return opened(packet) ?? .none
                }
                return complete(MySQLCompletion(warnings: packet.warnings, status: packet.status))
            }
            let completion = try OKPacket.decode(payload, capabilities: capabilities).completion
            return isBeforeRows ? opened(completion) ?? complete(completion) : complete(completion)
        }
        isBeforeRows = false
        return .rows(try MySQLRowBatch(scanning: payload, columns: columns, format: rowFormat))
    }

    private mutating func receivedPacket(_ payload: ByteBuffer, _ first: UInt8?) throws(WireError) -> Event {
        switch first {
        case 0x00:
            var event = payload
            event.moveReaderIndex(forwardBy: 1)
            return .packet(event)
        case 0xFE where payload.readableBytes < 9:
            state = .finished
            return .completed(MySQLCompletion(), isLast: true)
        case 0xFF: return try reject(payload)
        default: throw unexpected(first, "an event, EOF or ERR")
        }
    }

    private mutating func complete(_ completion: MySQLCompletion) -> Event {
        let isLast = !(hasResultSets && completion.status.contains(.moreResultsExist))
        state = isLast ? .finished : .awaitingFirst
        hasCompleted = true
        return .completed(completion, isLast: isLast)
    }

    private mutating func reject(_ payload: ByteBuffer) throws(WireError) -> Event {
        let packet = try ERRPacket.decode(payload)
        // MariaDB's reports of progress look so. They are not asked for; as an error it would end what goes on.
        guard packet.number != 0xFFFF else { throw unexpected(0xFF, "an answer: it is a progress report") }
        let phase = self.phase
        state = .finished
        return .rejected(
            MySQLError(
                .server,
                phase: phase,
                fate: hasCompleted ? .maybeExecuted : .rejected,
                message: packet.message,
                server: .init(packet)
            )
        )
    }

    private func unexpected(_ first: UInt8?, _ wanted: String) -> WireError {
        let found = first.map { "a packet that begins with 0x" + String($0, radix: 16) } ?? "an empty packet"
        return WireError(packet: "response", field: "header", offset: 0, reason: "\(found) instead of \(wanted)")
    }
}
