import MySQLWire

/// `--password-file` and the like: the first line of a file.
enum PasswordFile {
    static func read(_ path: String, option: String, files: FileAccess = .real) throws(CLIFailure) -> Secret {
        let text = try files.text(path, purpose: option)
        if let mode = files.mode(path), mode & 0o077 != 0, mode & 0o170000 == 0o100000 {
            StandardError.warning("\(path) holds a password and can be read by others; chmod 600 \(path)")
        }
        var line = text.prefix { $0 != "\n" && $0 != "\r\n" }
        if line.last == "\r" { line.removeLast() }
        return Secret(String(line))
    }
}
