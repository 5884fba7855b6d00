import MySQLWire

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What libFuzzer calls, again and again, with bytes that it makes up. `FUZZ_TARGET` says who gets them.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    target(FuzzInput(UnsafeRawBufferPointer(start: data, count: size)))
    return 0
}

/// The package manager links a program's own entry under this name in place of libFuzzer's.
@_cdecl("fuzz_main")
public func main(
    _ count: CInt,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, testOneInput)
}

@_extern(c, "LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private let target: @Sendable (FuzzInput) -> Void = {
    let targets: [String: @Sendable (FuzzInput) -> Void] = [
        "framing": FuzzTargets.framing, "compression": FuzzTargets.compression, "packets": FuzzTargets.packets,
        "rows": FuzzTargets.rows, "login": FuzzTargets.login, "session": FuzzTargets.session,
        "state": FuzzTargets.state, "authentication": FuzzTargets.authentication,
        "events": FuzzTargets.events, "recording": FuzzTargets.recording,
    ]
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let found = targets[name] else {
        fatalError("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
    }
    return found
}()
