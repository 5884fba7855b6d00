package import NIOCore
internal import Synchronization

/// Records our own client's sessions from within, so that TLS hides nothing.
package final class RecordingTap: PacketTap {
    private let stream: RecordingStream
    /// The SSLRequest has gone out: the next packet, whoever sends it, is inside TLS.
    private let awaitsTLS = Mutex(false)

    package init(scenario: String, client: String = "MySQLWire", sink: any RecordingSink) {
        stream = RecordingStream(
            header: RecordingHeader(recorder: "tap", client: client, scenario: scenario),
            position: .inside,
            sink: sink
        )
    }

    package func packet(isFromServer: Bool, sequence: UInt8, payload: ByteBuffer) {
        let isFirstInside = awaitsTLS.withLock { awaits in
            defer { awaits = !isFromServer && Self.isSSLRequest(payload, sequence: sequence) }
            return awaits
        }
        if isFirstInside { stream.tlsStarted() }
        // A server's number is that of the payload's last packet; those before it count down from there.
        let extra = UInt8(truncatingIfNeeded: payload.readableBytes / PacketFramer.maximumPacket)
        var first = isFromServer ? sequence &- extra : sequence
        stream.take(PacketEncoder.frame(payload, sequence: &first), from: isFromServer ? .server : .client)
    }

    /// To be called when the connection is closed: the recording ends here.
    package func finish() { stream.closed(by: nil) }

    private static func isSSLRequest(_ payload: ByteBuffer, sequence: UInt8) -> Bool {
        sequence == 1 && payload.readableBytes == SSLRequest.length
    }
}
