internal import FoundationEssentials

/// How a person gets at a server of the lab.
enum ClientProgram {
    /// MySQL's own client, where there is one: `$REPLICA_MYSQL`, `mysql` beside the server program, or on PATH. Else this
    /// program itself, which reads SQL from its standard input.
    ///
    /// - Returns: the words before the option that names the option file.
    static func command(beside program: ServerProgram, environment: [String: String]) -> [String] {
        let beside = URL(fileURLWithPath: program.path).deletingLastPathComponent().appendingPathComponent("mysql").path
        let named = [environment["REPLICA_MYSQL"] ?? "", beside]
        let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/mysql" }
        let found = (named + onPath).first { !$0.isEmpty && FileManager.default.isExecutableFile(atPath: $0) }
        if let found { return [found] }
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return [own ?? "replica-cli", "query"]
    }
}
