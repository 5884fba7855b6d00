#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A port on loopback that answers no connection any more: nobody accepts, and the queue is full, so that the kernel
/// drops what comes. The same as a firewall that drops, or a host that is gone.
final class UnansweringPort: Sendable {
    struct Failure: Error {
        var what: String
    }

    let port: UInt16
    private let descriptors: [Int32]

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var descriptors = [listener]
        do {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            guard Self.with(&address, { bind(listener, $0, $1) }) == 0, listen(listener, 0) == 0 else {
                throw Failure(what: "listen")
            }
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            guard Self.with(&address, { name, _ in getsockname(listener, name, &length) }) == 0 else {
                throw Failure(what: "port")
            }
            port = UInt16(bigEndian: address.sin_port)
            for _ in 0..<4 {
                let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                descriptors.append(client)
                _ = Self.with(&address, { connect(client, $0, $1) })
            }
            // Loopback answers at once where it answers.
            var last = pollfd(fd: descriptors[descriptors.count - 1], events: Int16(POLLOUT), revents: 0)
            guard poll(&last, 1, 50) == 0 else { throw Failure(what: "its queue did not fill") }
        } catch {
            for descriptor in descriptors { close(descriptor) }
            throw error
        }
        self.descriptors = descriptors
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    private static func with(
        _ address: inout sockaddr_in,
        _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
