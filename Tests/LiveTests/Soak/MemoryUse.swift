import CAllocator
import Foundation

/// What this process holds, in KiB.
struct MemoryUse: Sendable {
    /// What the system has given it.
    let resident: Int
    /// What the allocator has handed out and not got back: what it keeps for later, and what lies between, is not in it.
    let allocated: Int

    static func now() throws -> MemoryUse {
        #if os(Linux) && canImport(Glibc)
        // What is free goes back to the system first: otherwise it shows the largest moment, not this one.
        _ = malloc_trim(0)
        let allocator = mallinfo2()
        let allocated = Int(allocator.uordblks + allocator.hblkhd) / 1024
        #else
        let allocated = 0
        #endif
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return MemoryUse(
            resident: (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4,
            allocated: allocated
        )
    }
}
