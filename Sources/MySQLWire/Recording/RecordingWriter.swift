internal import NIOCore

/// Writes a recording as text, entry by entry, so that a long session never lies in memory.
///
/// The comments are made from the packets alone: two recordings of equal bytes are equal texts.
package struct RecordingWriter {
    private var session = SessionTracker()

    package init() {}

    package static func text(of recording: Recording) -> String {
        var writer = RecordingWriter()
        var text = writer.text(of: recording.header)
        for entry in recording.entries { text += writer.text(of: entry) }
        return text
    }

    package func text(of header: RecordingHeader) -> String {
        var lines = ["mysql-packets \(RecordingHeader.formatVersion)"]
        lines.append("server: \(header.server.map(Self.oneLine) ?? "unknown")")
        lines.append("recorder: \(Self.oneLine(header.recorder))")
        if let client = header.client { lines.append("client: \(Self.oneLine(client))") }
        if let scenario = header.scenario { lines.append("scenario: \(Self.oneLine(scenario))") }
        lines.append("tls: \(header.tls.rawValue)")
        if let capabilities = header.capabilities {
            let digits = String(capabilities, radix: 16)
            lines.append("capabilities: 0x" + String(repeating: "0", count: 8 - digits.count) + digits)
        }
        lines.append("redacted: \(Self.oneLine(header.redacted))")
        for note in header.notes { lines.append("note: \(Self.oneLine(note))") }
        return lines.joined(separator: "\n") + "\n\n"
    }

    package mutating func text(of entry: RecordingEntry) -> String {
        switch entry {
        case .packet(let sender, let sequence, let payload):
            let kind = session.observe(sender, payload: payload)
            let comment = Self.oneLine(
                PacketDescriber.describe(kind, payload: payload, capabilities: session.capabilities)
            )
            return folded("\(sender.rawValue) \(sequence)", HexText.lines(payload), comment)
        case .raw(let sender, let bytes):
            return folded("\(sender.rawValue) raw", HexText.lines(bytes), "\(bytes.readableBytes) bytes")
        case .event(.tlsStarted):
            return "! tls\n"
        case .event(.opaque(let reason)):
            return "! opaque \(Self.oneLine(reason))\n"
        case .event(.closed(let sender)):
            return "! closed \(sender?.rawValue ?? "-")\n"
        }
    }

    /// Short bytes stand on the line of their packet; longer ones on indented lines below it.
    private func folded(_ start: String, _ lines: [String], _ comment: String) -> String {
        guard lines.count > 1, let first = lines.first else { return "\(start) \(lines.joined()) ; \(comment)\n" }
        return "\(start) ; \(comment)\n  \(first)\n" + lines.dropFirst().map { "  \($0)\n" }.joined()
    }

    /// Server text in a line of ours: no control characters, so that no byte can begin a line.
    static func oneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
