internal import NIOCore

/// Reads the text of a recording. Comments are for people and are skipped.
package struct RecordingParser {
    /// The largest packet of the wire.
    package static let maximumPayload = 0xFF_FFFF
    /// How many bytes one recording may hold in memory: a repeat of few characters can stand for many.
    package static let maximumTotal = 512 << 20

    private var header: RecordingHeader?
    private var entries: [RecordingEntry] = []
    private var pending: Pending?
    private var line = 0
    private var total = 0

    private struct Pending {
        var sender: RecordingEntry.Sender
        /// nil for raw bytes.
        var sequence: UInt8?
        var bytes = ByteBuffer()
        var isComplete = false
        var line: Int
    }

    private init() {}

    package static func parse(_ text: String) throws(RecordingError) -> Recording {
        var parser = RecordingParser()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { try parser.take(line) }
        try parser.finishPacket()
        guard let header = parser.header else { throw RecordingError(line: parser.line, reason: "no header") }
        return Recording(header: header, entries: parser.entries)
    }

    private func error(_ reason: String) -> RecordingError { RecordingError(line: line, reason: reason) }

    private mutating func take(_ full: Substring) throws(RecordingError) {
        line += 1
        guard header != nil else {
            guard full == "mysql-packets \(RecordingHeader.formatVersion)" else {
                throw error("does not begin with 'mysql-packets \(RecordingHeader.formatVersion)'")
            }
            header = RecordingHeader(recorder: "unknown", redacted: "nothing")
            return
        }
        if entries.isEmpty, pending == nil, full.first?.isLowercase == true { return try setHeader(full) }
        let isIndented = full.first == " "
        let words = full.prefix { $0 != ";" }.split(separator: " ")
        guard let first = words.first else { return }
        if isIndented { return try append(words[...]) }
        try finishPacket()
        switch first {
        case "!": entries.append(.event(try event(words.dropFirst())))
        case "C", "S": try begin(first == "C" ? .client : .server, words.dropFirst())
        default: throw error("a line begins with C, S, ! or blanks, not with '\(first.prefix(20))'")
        }
    }

    private mutating func begin(
        _ sender: RecordingEntry.Sender,
        _ words: ArraySlice<Substring>
    ) throws(RecordingError) {
        guard let word = words.first else { throw error("no sequence number") }
        var packet = Pending(sender: sender, line: line)
        if word != "raw" {
            guard let sequence = UInt8(word) else { throw error("'\(word.prefix(20))' is no sequence number") }
            packet.sequence = sequence
        }
        pending = packet
        if words.count > 1 { try append(words.dropFirst()) }
    }

    private mutating func append(_ words: ArraySlice<Substring>) throws(RecordingError) {
        guard var packet = pending else { throw error("bytes that belong to no packet") }
        pending = nil
        if words.elementsEqual(["-"]) {
            packet.isComplete = true
        } else {
            let limit = min(Self.maximumPayload, Self.maximumTotal - total)
            for word in words {
                guard !packet.isComplete else { throw error("bytes after '-'") }
                if let reason = HexText.append(word.utf8, to: &packet.bytes, limit: limit) { throw error(reason) }
            }
        }
        pending = packet
    }

    private mutating func finishPacket() throws(RecordingError) {
        guard let packet = pending else { return }
        pending = nil
        guard packet.isComplete || packet.bytes.readableBytes > 0 else {
            throw RecordingError(line: packet.line, reason: "no bytes; a packet of none is written '-'")
        }
        total += packet.bytes.readableBytes
        if let sequence = packet.sequence {
            entries.append(.packet(packet.sender, sequence: sequence, payload: packet.bytes))
        } else {
            entries.append(.raw(packet.sender, packet.bytes))
        }
    }

    private func event(_ words: ArraySlice<Substring>) throws(RecordingError) -> RecordingEntry.Event {
        switch (words.first, words.dropFirst().first) {
        case ("tls", nil): return .tlsStarted
        case ("opaque", let reason?): return .opaque(String(reason))
        case ("closed", "-"): return .closed(by: nil)
        case ("closed", "C"): return .closed(by: .client)
        case ("closed", "S"): return .closed(by: .server)
        default: throw error("unknown event")
        }
    }

    private mutating func setHeader(_ full: Substring) throws(RecordingError) {
        let parts = full.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = parts.first, parts[1].first == " " else { throw error("no 'name: value'") }
        let value = String(parts[1].dropFirst())
        switch name {
        case "server": header?.server = value == "unknown" ? nil : value
        case "recorder": header?.recorder = value
        case "client": header?.client = value
        case "scenario": header?.scenario = value
        case "tls":
            guard let tls = RecordingHeader.TLS(rawValue: value) else { throw error("tls is none, inside or opaque") }
            header?.tls = tls
        case "capabilities":
            guard value.hasPrefix("0x"), let flags = UInt32(value.dropFirst(2), radix: 16) else {
                throw error("capabilities is a hexadecimal number of 32 bits")
            }
            header?.capabilities = flags
        case "redacted": header?.redacted = value
        case "note": header?.notes.append(value)
        default: throw error("unknown header '\(name.prefix(20))'")
        }
    }
}
