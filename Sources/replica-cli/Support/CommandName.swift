import ArgumentParser

/// The first argument: which command is meant.
enum CommandName {
    static var known: [String] {
        ReplicaCLI.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }

    /// - Throws: exit status 64 where the first argument is a word that is no command.
    static func check(_ arguments: [String]) throws(CLIFailure) {
        guard let first = arguments.first, !first.hasPrefix("-"), !known.contains(first) else { return }
        let meant = known.filter { distance($0, first) <= 2 }.min { distance($0, first) < distance($1, first) }
        let advice = meant.map { "did you mean '\($0)'? " } ?? ""
        throw .usage("'\(first)' is no command; \(advice)there are \(known.joined(separator: ", "))")
    }

    /// How many letters have to be put in, taken away, exchanged or swapped with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var rows = [Array(0...right.count)]
        for (i, letter) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == other ? 0 : 1))
                let areSwapped = i > 0 && j > 0 && letter == right[j - 1] && left[i - 1] == other
                if areSwapped { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
