import Foundation
import Synchronization

/// A proxy in front of a real server that falls silent at a chosen place: from there on nothing of what the server says
/// is passed on, on no connection, and none is closed.
final class StallingProxy: Sendable {
    enum Place: Sendable {
        /// After so many packets of the server on one connection, its greeting being the first. Of plaintext only.
        case afterPackets(Int)
        /// As soon as a client sends this text.
        case before(String)
    }

    let port: UInt16
    private let listener: Int32

    /// - Parameter action: is done at that place instead of falling silent, before the client's text is passed on.
    init(to upstream: UInt16, _ place: Place, instead action: (@Sendable () -> Void)? = nil) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard listener >= 0, isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let silence = Silence()
        Thread.detachNewThread {
            while case let client = accept(listener, nil, nil), client >= 0 {
                Connection(client, upstream, place, action, silence)?.start()
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private final class Silence: Sendable {
        private let state = Mutex(false)
        var hasBegun: Bool { state.withLock { $0 } }
        func begin() { state.withLock { $0 = true } }
    }

    /// Closed when both of its threads have come to their end.
    private final class Connection: Sendable {
        private let client: Int32
        private let server: Int32
        private let place: Place
        private let action: (@Sendable () -> Void)?
        private let silence: Silence

        init?(
            _ client: Int32,
            _ upstream: UInt16,
            _ place: Place,
            _ action: (@Sendable () -> Void)?,
            _ silence: Silence
        ) {
            self.client = client
            self.silence = silence
            self.place = place
            self.action = action
            server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = StallingProxy.loopback(upstream)
            let isConnected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if !isConnected { return nil }
        }

        deinit {
            close(client)
            close(server)
        }

        func start() {
            Thread.detachNewThread { self.passQuestions() }
            Thread.detachNewThread { self.passAnswers() }
        }

        private func passQuestions() {
            while let bytes = Self.read(client) {
                if case .before(let text) = place, bytes.firstRange(of: Array(text.utf8)) != nil {
                    if let action { action() } else { silence.begin() }
                }
                Self.write(bytes, to: server)
            }
            shutdown(server, Int32(SHUT_RDWR))
        }

        private func passAnswers() {
            var (rest, packets): ([UInt8], Int) = ([], 0)
            while let bytes = Self.read(server) {
                if silence.hasBegun { continue }
                guard case .afterPackets(let count) = place else {
                    Self.write(bytes, to: client)
                    continue
                }
                rest += bytes
                // A packet is three bytes of its length, one of its number, and so many bytes.
                while packets < count, rest.count >= 4 {
                    let end = 4 + Int(rest[0]) + Int(rest[1]) << 8 + Int(rest[2]) << 16
                    guard rest.count >= end else { break }
                    Self.write(Array(rest[..<end]), to: client)
                    rest.removeFirst(end)
                    packets += 1
                }
                if packets == count { silence.begin() }
            }
            shutdown(client, Int32(SHUT_RDWR))
        }

        /// Nil at the end of the connection.
        private static func read(_ descriptor: Int32) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return count > 0 ? Array(bytes[..<count]) : nil
        }

        private static func write(_ bytes: [UInt8], to descriptor: Int32) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if count <= 0 { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
