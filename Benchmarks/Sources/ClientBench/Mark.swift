internal import Glibc

/// Clock, CPU time and memory of this process at one moment.
struct Mark {
    var wall: Double
    let user: Double
    let system: Double
    let memory: Int

    init() {
        // The clock last: reading the memory takes a while.
        memory = Self.peakMemory()
        (user, system) = Self.processorTime()
        wall = Self.now()
    }

    /// Seconds of the monotonic clock.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Seconds of all threads, in user mode and in the kernel.
    static func processorTime() -> (user: Double, system: Double) {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return (seconds(usage.ru_utime), seconds(usage.ru_stime))
    }

    /// KiB. Not `ru_maxrss`, which survives exec and shows the parent's.
    static func peakMemory() -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("VmHWM:") else { continue }
            return Int(text.filter { $0.isNumber }) ?? 0
        }
        return 0
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }
}
