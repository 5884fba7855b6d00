import Glibc

/// The command line before the parser sees it.
enum Arguments {
    /// Stands before an argument that the parser would take for an option, and is taken off again by ``plain(_:)``.
    private static let mark: Character = "\u{1}"

    /// Rewrites what the parser has no form for: `--password` and `-p` without a value (ask for it), `-pVALUE`.
    ///
    /// As in MySQL's client, a password never stands in an argument of its own.
    static func prepared(_ arguments: [String]) -> [String] {
        // -h is --host in a command, as in MySQL's client; before one it can only ask for help.
        if arguments.first == "-h" { return ["--help"] + arguments.dropFirst() }
        var result: [String] = []
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return result + arguments[index...] }
            switch argument {
            case "--password", "-p": result.append("--ask-password")
            // SQL that begins with a comment is no option.
            case _ where argument.hasPrefix("--") && argument.dropFirst(2).first?.isWhitespace == true:
                result.append("\(mark)\(argument)")
            case _ where argument.hasPrefix("-p") && !argument.hasPrefix("--"):
                result.append("--password=" + argument.dropFirst(2))
            default: result.append(argument)
            }
        }
        return result
    }

    /// A positional argument as it was given.
    static func plain(_ argument: String) -> String {
        argument.first == mark ? String(argument.dropFirst()) : argument
    }

    /// The arguments as text; nil where one of them is not UTF-8, which would otherwise be changed silently.
    static func all() -> [String]? {
        var result: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let bytes = CommandLine.unsafeArgv[index] else { break }
            guard let text = String(validatingCString: bytes) else { return nil }
            result.append(text)
        }
        return result
    }

    /// Overwrites the passwords in the process's own argument list, so that `ps` shows them only for a moment.
    static func hidePasswords() {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let bytes = CommandLine.unsafeArgv[index] else { break }
            let text = String(cString: bytes)
            guard let range = passwordRange(text) else { continue }
            for offset in range { bytes[offset] = CChar(UInt8(ascii: "x")) }
        }
    }

    /// Where the password of one argument stands, in bytes.
    static func passwordRange(_ argument: String) -> Range<Int>? {
        let bytes = Array(argument.utf8)
        for option in ["--password=", "-p"] where argument.hasPrefix(option) && bytes.count > option.utf8.count {
            if option == "-p" || argument.hasPrefix("--password=") { return option.utf8.count..<bytes.count }
        }
        guard let scheme = argument.firstRange(of: "mysql://") else { return nil }
        let start = argument.utf8.distance(from: argument.startIndex, to: scheme.upperBound)
        let authority = bytes[start...].prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
            let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return colon + 1..<at
    }
}
