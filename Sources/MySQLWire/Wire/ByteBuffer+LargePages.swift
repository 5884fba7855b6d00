internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#endif

extension ByteBuffer {
    /// From here on a page fault for each 4 KiB is most of what memory costs: a value of 64 MiB has 16,000 of them.
    private static let largeMemory = 4 << 20

    /// Room for so many bytes more, in large pages if there is much of it and the system has them for who asks (see
    /// madvise(2), MADV_HUGEPAGE). Whether it has makes no difference but in time.
    mutating func reserve(minimumWritableBytes count: Int) {
        guard writableBytes < count else { return }
        reserveCapacity(minimumWritableBytes: count)
        #if canImport(Glibc)
        guard capacity >= Self.largeMemory else { return }
        withVeryUnsafeMutableBytes { storage in
            guard let base = storage.baseAddress else { return }
            let page = Int(getpagesize())
            // Only of memory that is a mapping of its own: it begins a page, behind two words of malloc's, and its end gives
            // all of it back. The heap would keep the advice, and later small things would lie on large pages.
            let offset = Int(bitPattern: base) & (page - 1)
            guard offset == 2 * MemoryLayout<Int>.size else { return }
            // As a whole: a part that is advised otherwise than the rest could not be moved when it grows.
            let end = (offset + storage.count + page - 1) & ~(page - 1)
            _ = madvise(base - offset, end, MADV_HUGEPAGE)
        }
        #endif
    }
}
