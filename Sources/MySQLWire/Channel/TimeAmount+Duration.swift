internal import NIOCore

extension TimeAmount {
    /// Saturates: a duration too long to count in nanoseconds is as good as none.
    init(clamping duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard duration > .zero else {
            self = .nanoseconds(0)
            return
        }
        self = .nanoseconds(overflow || carry ? Int64.max / 4 : min(sum, Int64.max / 4))
    }
}
