import Glibc

/// Standard output, or another file descriptor, behind a buffer that is reused.
final class ByteSink {
    enum Failure: Error, Equatable {
        /// Nobody reads any more (EPIPE).
        case closed
        /// write(2) failed with this errno.
        case failed(Int32)
    }

    private let descriptor: Int32
    private let endsAtInterrupt: Bool
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0

    /// - Parameter endsAtInterrupt: Ctrl-C ends the program also while a slow reader keeps it in the middle of a write.
    ///   Only where nothing is being changed.
    init(descriptor: Int32 = STDOUT_FILENO, capacity: Int = 256 << 10, endsAtInterrupt: Bool = false) {
        self.descriptor = descriptor
        self.endsAtInterrupt = endsAtInterrupt
        buffer = .allocate(byteCount: max(capacity, 64), alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    /// Lends the free end of the buffer: at least `count` bytes, which may not exceed the capacity.
    ///
    /// - Parameter body: returns how many bytes it wrote.
    @inline(__always)
    func reserve(_ count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) throws(Failure) {
        if buffer.count - used < count { try flush() }
        used += body(UnsafeMutableRawBufferPointer(rebasing: buffer[used...]))
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        if bytes.count > buffer.count - used {
            try flush()
            if bytes.count > buffer.count { return try writeOut(bytes) }
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyMemory(from: bytes)
        used += bytes.count
    }

    func write(_ text: String) throws(Failure) {
        var text = text
        let result = text.withUTF8 { bytes in Result { () throws(Failure) in try write(UnsafeRawBufferPointer(bytes)) }
        }
        try result.get()
    }

    func flush() throws(Failure) {
        guard used > 0 else { return }
        let count = used
        used = 0
        try writeOut(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }

    private func writeOut(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            let written =
                endsAtInterrupt
                ? Interrupts.shared.duringWait { Glibc.write(descriptor, rest.baseAddress, rest.count) }
                : Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // A pipe that somebody set non-blocking: wait until it takes more.
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = Glibc.poll(&poll, 1, -1)
            case EPIPE: throw .closed
            case let number: throw .failed(number)
            }
        }
    }
}
