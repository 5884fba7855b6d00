/// Collects the options of MySQL's option files: which files, in which order, which groups.
struct OptionFiles {
    struct Option: Equatable, Sendable {
        var group: String
        var name: String
        var value: String?
        /// The file it came from, for messages.
        var origin: String
    }

    /// How the command line changes the search (manual: Command-Line Options that Affect Option-File Handling).
    struct Search: Sendable, Equatable {
        var noDefaults = false
        var defaultsFile: String?
        var defaultsExtraFile: String?
        var groupSuffix = ""
        /// `~/.mylogin.cnf`, or the file that `MYSQL_TEST_LOGIN_FILE` names; nil reads none.
        var loginFile: String?
        /// A group of the login file besides our own.
        var loginPath: String?
    }

    private static let deepestInclude = 10
    private let files: FileAccess
    private var groups: Set<String>
    private(set) var options: [Option] = []
    private(set) var warnings: [String] = []

    /// - Parameter home: the home directory, for `~/.my.cnf`.
    init(search: Search, home: String?, files: FileAccess = .real) throws(CLIFailure) {
        self.files = files
        groups = Set(["client", "replica-cli"].flatMap { [$0, $0 + search.groupSuffix] })
        try readOptionFiles(search, home: home)
        // The login file comes last, and is read whatever is said of the others.
        try readLoginFile(search)
    }

    private mutating func readOptionFiles(_ search: Search, home: String?) throws(CLIFailure) {
        if search.noDefaults { return }
        if let only = search.defaultsFile {
            try read(only, isRequired: true)
            return
        }
        for path in ["/etc/my.cnf", "/etc/mysql/my.cnf"] { try read(path, isRequired: false) }
        if let extra = search.defaultsExtraFile { try read(extra, isRequired: true) }
        if let home { try read(home + "/.my.cnf", isRequired: false) }
    }

    private mutating func readLoginFile(_ search: Search) throws(CLIFailure) {
        guard let path = search.loginFile, let mode = files.mode(path) else {
            if let name = search.loginPath {
                throw .usage("there is no login path '\(name)': no login file; mysql_config_editor makes one")
            }
            return
        }
        // As MySQL's programs do.
        if mode & 0o077 != 0 {
            warnings.append("\(path) can be read by others and is therefore ignored; chmod 600 \(path)")
            return
        }
        guard let bytes = try? files.read(path), let text = LoginFile.text(bytes),
            let lines = try? OptionFileParser.parse(text)
        else {
            if search.loginPath != nil { throw .usage("\(path) is no login file of mysql_config_editor") }
            warnings.append("\(path) is no login file of mysql_config_editor and is ignored")
            return
        }
        if let name = search.loginPath {
            guard lines.contains(.group(name)) else { throw .usage("there is no login path '\(name)' in \(path)") }
            groups.formUnion([name, name + search.groupSuffix])
        }
        try take(lines, from: path, depth: 0)
    }

    private mutating func read(_ path: String, isRequired: Bool, depth: Int = 0) throws(CLIFailure) {
        guard let mode = files.mode(path) else {
            if isRequired { throw .usage("cannot read the option file \(path): no such file") }
            return
        }
        // As MySQL's programs do: what anybody can write must not decide where a password goes.
        if mode & 0o002 != 0, mode & 0o170000 == 0o100000 {
            warnings.append("\(path) can be written by anybody and is therefore ignored; chmod o-w \(path)")
            return
        }
        let text: String
        if isRequired {
            text = try files.text(path, purpose: "the option file")
        } else {
            guard let bytes = try? files.read(path) else {
                warnings.append("\(path) cannot be read and is ignored")
                return
            }
            text = String(decoding: bytes, as: UTF8.self)
        }
        let lines: [OptionFileLine]
        do { lines = try OptionFileParser.parse(text) } catch {
            throw .usage("\(path), line \(error.line): \(error.reason)")
        }
        try take(lines, from: path, depth: depth)
        if mode & 0o044 != 0, options.contains(where: { $0.origin == path && $0.name == "password" && $0.value != nil })
        {
            warnings.append("\(path) holds a password and can be read by others; chmod 600 \(path)")
        }
    }

    private mutating func take(_ lines: [OptionFileLine], from path: String, depth: Int) throws(CLIFailure) {
        var group = ""
        for line in lines {
            switch line {
            case .group(let name): group = name
            case .option(let name, let value):
                guard groups.contains(group) else { continue }
                options.append(Option(group: group, name: name, value: value, origin: path))
            case .include(let included):
                try include(resolved(included, from: path), depth: depth)
            case .includeDirectory(let included):
                let directory = resolved(included, from: path)
                guard let names = try? files.list(directory) else { continue }
                for name in names where name.hasSuffix(".cnf") { try include(directory + "/" + name, depth: depth) }
            }
        }
    }

    private mutating func include(_ path: String, depth: Int) throws(CLIFailure) {
        guard depth < Self.deepestInclude else {
            throw .usage("option files include each other more than \(Self.deepestInclude) deep, at \(path)")
        }
        try read(path, isRequired: false, depth: depth + 1)
    }

    private func resolved(_ path: String, from file: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }
}
