/// What passed between one client and one server, packet by packet, with the secrets taken out.
package struct Recording: Sendable, Equatable {
    package var header: RecordingHeader
    package var entries: [RecordingEntry]

    package init(header: RecordingHeader, entries: [RecordingEntry]) {
        self.header = header
        self.entries = entries
    }
}
