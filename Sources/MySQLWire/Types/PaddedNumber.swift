/// A number with zeros before it, as dates and times are written.
struct PaddedNumber: CustomStringConvertible {
    let description: String

    init(_ value: some BinaryInteger, _ width: Int) {
        let text = String(value)
        description = String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// `.` and that many digits of a second; nothing for none.
    static func fraction(_ microseconds: UInt32, _ digits: UInt8) -> String {
        digits == 0 ? "" : "." + PaddedNumber(microseconds, 6).description.prefix(Int(min(digits, 6)))
    }
}
