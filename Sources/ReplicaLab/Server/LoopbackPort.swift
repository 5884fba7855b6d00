internal import FoundationEssentials
internal import Glibc

/// A TCP port of the loopback interface that is ours for as long as the object lives.
///
/// It lies outside the range from which the system takes the ports of outgoing connections: inside it, a client's own
/// connection can take the address of a server that is just being restarted.
package final class LoopbackPort: Sendable {
    let number: UInt16
    private let lock: Int32

    private init(number: UInt16, lock: Int32) {
        self.number = number
        self.lock = lock
    }

    deinit { close(lock) }

    /// Takes a free port.
    ///
    /// Two labs that look at the same moment do not take the same one: each holds a lock on the byte of that number
    /// in `lockFile`. A lock ends with its process.
    static func take(lockFile: String) throws(LabError) -> LoopbackPort {
        for port in candidates() {
            guard let lock = try lockByte(Int(port), of: lockFile) else { continue }
            if isFree(port) { return LoopbackPort(number: port, lock: lock) }
            close(lock)
        }
        throw noFreePort
    }

    /// A port that is free at this moment, for who listens on it at once.
    package static func free() throws(LabError) -> UInt16 {
        guard let port = candidates().first(where: isFree) else { throw noFreePort }
        return port
    }

    private static func candidates() -> ArraySlice<UInt16> {
        let range = ephemeralRange()
        var candidates = (UInt16(20_000)...29_999).filter { !range.contains($0) }
        if candidates.isEmpty { candidates = (UInt16(10_000)...65_000).filter { !range.contains($0) } }
        return candidates.shuffled().prefix(2_000)
    }

    private static var noFreePort: LabError {
        let range = ephemeralRange()
        return .noFreePort("none outside the ephemeral range \(range.lowerBound)-\(range.upperBound) is free")
    }

    /// The range that the system gives to outgoing connections (ip-sysctl: ip_local_port_range).
    static func ephemeralRange() -> ClosedRange<UInt16> {
        let text = try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let numbers = (text ?? "").split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return 32_768...60_999 }
        return numbers[0]...numbers[1]
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        // As mysqld does: a port in TIME_WAIT is free, one that is listened on is not.
        var yes: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = loopbackAddress(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(handle, 1) == 0
            }
        }
    }

    private static func lockByte(_ byte: Int, of path: String) throws(LabError) -> Int32? {
        let handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard handle >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        var region = flock()
        region.l_type = Int16(F_WRLCK)
        region.l_whence = Int16(SEEK_SET)
        region.l_start = off_t(byte)
        region.l_len = 1
        // F_OFD_SETLK of Linux, which the C library declares only for GNU sources: a lock of this open file, not of
        // the process, so that two labs in one process see each other too.
        if fcntl(handle, 37, &region) == 0 { return handle }
        close(handle)
        return nil
    }
}

func loopbackAddress(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    return address
}
