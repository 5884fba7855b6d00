internal import Glibc

/// Ends the program with a line on standard error.
func fail(_ message: String) -> Never {
    let line = "client-bench: \(message)\n"
    _ = line.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(1)
}
