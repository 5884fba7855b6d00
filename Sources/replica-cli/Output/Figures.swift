/// Numbers for people.
enum Figures {
    /// `0.004 s`, `12.3 s`, `3 min 20 s`.
    static func seconds(_ value: Double) -> String {
        guard value.isFinite, value >= 0, value < 1e9 else { return "unknown" }
        switch value {
        case ..<1: return decimal(value, places: 3) + " s"
        case ..<60: return decimal(value, places: 1) + " s"
        default:
            let whole = Int(value.rounded())
            return "\(whole / 60) min \(whole % 60) s"
        }
    }

    static func seconds(_ duration: Duration) -> String { seconds(duration / .seconds(1)) }

    /// Without Foundation, and without a locale.
    static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (value * scale).rounded()
        guard scaled.isFinite, abs(scaled) < 1e15 else { return "\(value)" }
        let digits = String(Int(abs(scaled)))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (scaled < 0 ? "-" : "") + padded.dropLast(places) + (places > 0 ? "." + padded.suffix(places) : "")
    }

    /// `1 row`, `2 rows`.
    static func count(_ number: some BinaryInteger, _ singular: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(singular)" : "\(number) \(plural ?? singular + "s")"
    }
}
