internal import Synchronization

/// A reference that is made when it is first asked for, and then stays; from any thread.
///
/// As `AtomicLazyReference`, whose code is not specialized for what it holds (Swift 6.3.1): each look took three hundred
/// instructions.
// Safety: the word is nil, or a reference that this owns until its end.
struct OnceReference<Object: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    private let word = Atomic<UnsafeRawPointer?>(nil)

    deinit {
        if let known = word.load(ordering: .acquiring) { Unmanaged<Object>.fromOpaque(known).release() }
    }

    /// What is there already.
    @inline(__always)
    var value: Object? {
        guard let known = word.load(ordering: .acquiring) else { return nil }
        return Unmanaged<Object>.fromOpaque(known).takeUnretainedValue()
    }

    /// Lends what is there already to a closure: it lives as long as this does, so that nothing is counted for it.
    @inline(__always)
    func lent<Result>(_ body: (Object) -> Result) -> Result? {
        guard let known = word.load(ordering: .acquiring) else { return nil }
        return Unmanaged<Object>.fromOpaque(known)._withUnsafeGuaranteedRef { body($0) }
    }

    /// - Parameter make: may be called by several at once, of which one's wins.
    @inline(__always)
    func value(_ make: () -> Object) -> Object { value ?? keep(make()) }

    @inline(never)
    private func keep(_ object: Object) -> Object {
        let own = Unmanaged.passRetained(object)
        let (isFirst, known) = word.compareExchange(
            expected: nil,
            desired: UnsafeRawPointer(own.toOpaque()),
            ordering: .acquiringAndReleasing
        )
        guard !isFirst, let known else { return object }
        own.release()
        return Unmanaged<Object>.fromOpaque(known).takeUnretainedValue()
    }
}
