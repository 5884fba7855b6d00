/// The first lines of a recording: where it comes from, and what a replay has to know beforehand.
package struct RecordingHeader: Sendable, Equatable {
    /// How far TLS hides the stream.
    package enum TLS: String, Sendable, Equatable {
        /// Plaintext all the way.
        case none
        /// The connection used TLS, and was recorded inside it.
        case inside
        /// Recorded from outside: nothing is known after the SSLRequest.
        case opaque
    }

    /// The server's version as its greeting tells it; nil where no greeting came.
    package var server: String?
    /// Who made it: `proxy` (bytes of any client) or `tap` (our own client).
    package var recorder: String
    /// The program that spoke to the server, for a reader.
    package var client: String?
    /// What happens in it, in one line.
    package var scenario: String?
    package var tls: TLS
    /// The capability flags that both sides have; nil where no login came.
    package var capabilities: UInt32?
    /// What was taken out of it.
    package var redacted: String
    /// Whatever else a reader has to know.
    package var notes: [String]

    package static let formatVersion = 1
    package static let redactions = "authentication, passwords in statements"

    package init(
        server: String? = nil,
        recorder: String,
        client: String? = nil,
        scenario: String? = nil,
        tls: TLS = .none,
        capabilities: UInt32? = nil,
        redacted: String = RecordingHeader.redactions,
        notes: [String] = []
    ) {
        self.server = server
        self.recorder = recorder
        self.client = client
        self.scenario = scenario
        self.tls = tls
        self.capabilities = capabilities
        self.redacted = redacted
        self.notes = notes
    }
}
