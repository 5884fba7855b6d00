internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

extension TLSContext {
    /// The context for a configuration, made once and kept as long as the files that it names stay as they were.
    ///
    /// Reads files on the first call: not for an event loop.
    package static func shared(for configuration: TLSConfiguration) throws(MySQLError) -> TLSContext {
        let stamps = [configuration.caFile, configuration.certificateFile, configuration.keyFile].map(FileStamp.init)
        let known = contexts.withLock { entries in
            entries.first { $0.configuration == configuration && $0.stamps == stamps }?.context
        }
        if let known { return known }
        // Outside of the lock: the files may lie on a slow disk. Two callers at once cost a second reading.
        let context = try TLSContext(configuration)
        contexts.withLock { entries in
            entries.removeAll { $0.configuration == configuration }
            entries.append(Entry(configuration: configuration, stamps: stamps, context: context))
            if entries.count > maximumEntries { entries.removeFirst() }
        }
        return context
    }

    private struct Entry: Sendable {
        let configuration: TLSConfiguration
        let stamps: [FileStamp]
        let context: TLSContext
    }

    /// A program that connects to more different CAs than this reads them anew.
    private static let maximumEntries = 16
    private static let contexts = Mutex<[Entry]>([])
}

/// Tells whether a file was replaced or rewritten: certificates are renewed while programs run.
private struct FileStamp: Equatable, Sendable {
    private let device: UInt64
    private let node: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    init(_ file: String?) {
        var status = stat()
        guard let file, stat(file, &status) == 0 else {
            (device, node, size, seconds, nanoseconds) = (0, 0, 0, 0, 0)
            return
        }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        node = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
        (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
        #else
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        #endif
    }
}
