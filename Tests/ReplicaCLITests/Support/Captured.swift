import Glibc

@testable import replica_cli

/// What a body writes into a sink.
func captured(capacity: Int = 256 << 10, _ body: (ByteSink) throws -> Void) throws -> [UInt8] {
    var name = Array("/tmp/replica-cli-test.XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    defer {
        close(descriptor)
        unlink(name)
    }
    let sink = ByteSink(descriptor: descriptor, capacity: capacity)
    try body(sink)
    try sink.flush()
    let count = Int(lseek(descriptor, 0, SEEK_END))
    lseek(descriptor, 0, SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: count)
    var used = 0
    while used < count {
        let read = bytes.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress?.advanced(by: used), count - used)
        }
        guard read > 0 else { break }
        used += read
    }
    return bytes
}
