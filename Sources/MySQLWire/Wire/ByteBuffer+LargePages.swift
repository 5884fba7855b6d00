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
            // Whole pages, with those in which it begins and ends: to be moved when it grows, memory must be advised as a whole.
            let start = UnsafeMutableRawPointer(bitPattern: Int(bitPattern: base) & ~(page - 1))
            let end = (Int(bitPattern: base) + storage.count + page - 1) & ~(page - 1)
            _ = madvise(start, end - Int(bitPattern: start), MADV_HUGEPAGE)
        }
        #endif
    }
}
