package import NIOCore
internal import Synchronization

/// Records one session into a sink while it happens. The header is written once the login told what it needs.
package final class RecordingStream: Sendable {
    private struct State {
        var recorder: PacketRecorder
        var writer = RecordingWriter()
        var header: RecordingHeader
        /// Entries that wait for the header: those up to the login.
        var waiting: [RecordingEntry] = []
        var isHeaderWritten = false
    }

    /// More than any login has; a peer that never logs in is written down as well.
    private static let mostWaiting = 64
    private let state: Mutex<State>
    private let sink: any RecordingSink

    /// - Parameter header: what is known beforehand; server, TLS and capabilities are filled in.
    package init(header: RecordingHeader, position: PacketRecorder.Position, sink: any RecordingSink) {
        self.sink = sink
        state = Mutex(State(recorder: PacketRecorder(position: position), header: header))
    }

    package func take(_ bytes: ByteBuffer, from sender: RecordingEntry.Sender) {
        state.withLock { state in
            let entries = state.recorder.take(bytes, from: sender)
            write(entries, &state)
        }
    }

    package func tlsStarted() {
        state.withLock { state in
            let entries = state.recorder.tlsStarted()
            write(entries, &state)
        }
    }

    package func note(_ text: String) {
        state.withLock { $0.header.notes.append(text) }
    }

    /// Ends the recording; further calls do nothing.
    package func closed(by sender: RecordingEntry.Sender?) {
        let isFirst = state.withLock { state in
            let entries = state.recorder.closed(by: sender)
            write(entries, &state)
            return !entries.isEmpty
        }
        if isFirst { sink.finish() }
    }

    private func write(_ entries: [RecordingEntry], _ state: inout State) {
        var entries = entries
        if !state.isHeaderWritten {
            state.waiting += entries
            guard state.recorder.isHeaderKnown || state.waiting.count > Self.mostWaiting else { return }
            state.header.server = state.recorder.session.serverVersion
            state.header.tls = state.recorder.tls
            state.header.capabilities = state.recorder.session.capabilities?.rawValue
            sink.write(state.writer.text(of: state.header))
            state.isHeaderWritten = true
            entries = state.waiting
            state.waiting = []
        }
        guard !entries.isEmpty else { return }
        var text = ""
        for entry in entries { text += state.writer.text(of: entry) }
        sink.write(text)
    }
}
