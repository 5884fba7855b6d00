internal import MySQLWire

extension Dialect {
    /// What points a replica at a source, by file and position.
    ///
    /// Auto-position is switched off in the same statement: with it on, a file and position is error 1776. Where
    /// `settings.start` is nil (a plan, before the position is known) the text holds `<file>` and `<position>`.
    public func changeSource(_ settings: SourceSettings, channel: String = "") -> SQLStatement {
        let word = saysReplicationSource ? "SOURCE" : "MASTER"
        var options = [
            "\(word)_HOST = \(quoted(settings.address.host))",
            "\(word)_PORT = \(settings.address.port)",
        ]
        if let credentials = settings.credentials {
            options.append("\(word)_USER = \(quoted(credentials.username))")
        } else {
            options.append("\(word)_USER = <replication user>")
        }
        // The password's place is marked, and filled twice: once with the secret, once with what may be shown.
        let passwordIndex = options.count
        options.append("\(word)_PASSWORD = <redacted>")
        options.append("\(word)_LOG_FILE = \(settings.start.map { quoted($0.file) } ?? "<file>")")
        options.append("\(word)_LOG_POS = \(settings.start.map { String($0.position) } ?? "<position>")")
        if version.isAtLeast(.mySQL, 5, 6) { options.append("\(word)_AUTO_POSITION = 0") }
        if version.flavor == .mariaDB { options.append("MASTER_USE_GTID = no") }
        options.append("\(word)_SSL = \(settings.usesTLS ? 1 : 0)")
        if hasGetSourcePublicKey {
            let name = saysReplicationSource ? "GET_SOURCE_PUBLIC_KEY" : "GET_MASTER_PUBLIC_KEY"
            options.append("\(name) = \(settings.getsPublicKey ? 1 : 0)")
        }
        options.append("\(word)_CONNECT_RETRY = \(settings.connectRetry)")
        if isMySQLServer || version.isAtLeast(.mariaDB, 12, 0) {
            options.append("\(word)_RETRY_COUNT = \(settings.retryCount)")
        }
        let head = saysReplicationSource ? "CHANGE REPLICATION SOURCE TO " : "CHANGE MASTER TO "
        let tail = channel.isEmpty || !hasChannels ? "" : " FOR CHANNEL \(quoted(channel))"
        let redacted = head + options.joined(separator: ", ") + tail
        guard let password = settings.credentials?.password else {
            options[passwordIndex] = "\(word)_PASSWORD = ''"
            let text = head + options.joined(separator: ", ") + tail
            return SQLStatement(text: text, redacted: settings.credentials == nil ? redacted : text)
        }
        options[passwordIndex] = password.withBytes {
            "\(word)_PASSWORD = \(SQLText.literal(String(decoding: $0, as: UTF8.self)))"
        }
        return SQLStatement(text: head + options.joined(separator: ", ") + tail, redacted: redacted)
    }

    private var isMySQLServer: Bool { version.flavor == .mySQL }
}
