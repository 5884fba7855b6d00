internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A recording that goes to a file as it is made, so that its length costs no memory.
package final class RecordingFile: RecordingSink {
    private struct State {
        var descriptor: Int32
        var failure: MySQLError?
    }

    package let path: String
    private let state: Mutex<State>

    /// - Throws: ``MySQLError/Code/invalidArgument`` if the file exists already or cannot be made.
    package init(path: String) throws(MySQLError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        self.path = path
        state = Mutex(State(descriptor: descriptor))
    }

    deinit {
        finish()
    }

    /// The first thing that went wrong, for instance a full disk; what came after it is not in the file.
    package var failure: MySQLError? { state.withLock { $0.failure } }

    package func write(_ text: String) {
        state.withLock { state in
            guard state.descriptor >= 0, state.failure == nil else { return }
            var text = text
            let failed: Int32? = text.withUTF8 { bytes in
                var offset = 0
                while offset < bytes.count {
                    let count = Self.write(
                        state.descriptor,
                        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[offset...])
                    )
                    if count < 0, errno == EINTR { continue }
                    if count <= 0 { return errno }
                    offset += count
                }
                return nil
            }
            if let failed { state.failure = Self.error(path, failed) }
        }
    }

    package func finish() {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            if close(state.descriptor) != 0, state.failure == nil { state.failure = Self.error(path, errno) }
            state.descriptor = -1
        }
    }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    private static func error(_ path: String, _ number: Int32) -> MySQLError {
        let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return MySQLError(.invalidArgument, phase: .configuration, message: "\(path): \(reason)")
    }
}
