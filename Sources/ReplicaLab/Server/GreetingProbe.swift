internal import Glibc

/// Asks whether a MySQL server greets on a port of the loopback interface.
struct GreetingProbe {
    let port: UInt16

    /// One try, of at most `timeout`.
    ///
    /// - Returns: true where the first packet is a greeting: handshake version 10, sequence 0 (manual:
    ///   Protocol::HandshakeV10). A server that answers with an error (starting up, too many connections) does not greet.
    func greets(timeout: Duration = .milliseconds(500)) async -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var address = loopbackAddress(port)
        // A connection to the loopback interface is made or refused at once, so this call does not block.
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else { return false }
        let deadline = ContinuousClock.now + timeout
        var head: [UInt8] = []
        while ContinuousClock.now < deadline {
            var bytes = [UInt8](repeating: 0, count: 5)
            let count = recv(handle, &bytes, bytes.count - head.count, Int32(MSG_DONTWAIT))
            if count == 0 { return false }
            if count > 0 { head += bytes.prefix(count) }
            if head.count == 5 { return head[3] == 0 && head[4] == 10 }
            guard (try? await Task.sleep(for: .milliseconds(1))) != nil else { return false }
        }
        return false
    }
}
