/// A benchmark's letter, and how often, how long or how many rows.
struct BenchArguments {
    let bench: String
    let count: Int?

    init?(_ arguments: [String]) {
        guard (2...3).contains(arguments.count) else { return nil }
        bench = arguments[1]
        guard arguments.count == 3 else {
            count = nil
            return
        }
        // Zero is the benchmark's own default, as in the C programs.
        guard let number = Int(arguments[2]), number >= 0 else { return nil }
        count = number == 0 ? nil : number
    }
}
