import ArgumentParser
import MySQLWire
import ReplicaKit

/// How to reach and enter servers: the options that every command has. Names as in MySQL's own client.
struct ConnectionOptions: ParsableArguments {
    @Option(
        name: [.customShort("u", allowingJoined: true), .long],
        help: "The account. Default: [client], then your login name."
    )
    var user: String?

    @Option(
        name: [.customShort("h", allowingJoined: true), .long],
        help: "The server, for commands that are given none. localhost without a port means the socket."
    )
    var host: String?

    @Option(
        name: [.customShort("P", allowingJoined: true), .long],
        help: "The port of servers that are written without one. Default: 3306."
    )
    var port: String?

    @Option(
        name: [.customShort("S", allowingJoined: true), .long],
        help: "The Unix socket, for commands that are given no server."
    )
    var socket: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The password; without =VALUE (or as -p) it is asked for.",
            discussion: "A value on the command line can be seen by others: prefer --password-file or an option file.",
            valueName: "=value"
        )
    )
    var password: String?

    @Flag(name: .customLong("ask-password"), help: .hidden)
    var askPassword = false

    @Option(help: ArgumentHelp("A file whose first line is the password.", valueName: "path"))
    var passwordFile: String?

    @Option(name: [.customShort("D", allowingJoined: true), .long], help: "The default database of sessions.")
    var database: String?

    @Option(
        help: ArgumentHelp(
            "disabled, preferred, required, verify_ca or verify_identity.",
            discussion:
                "Default: required, also with --ssl-fp; preferred for loopback addresses and sockets; verify_ca with "
                + "--ssl-ca.",
            valueName: "mode"
        )
    )
    var sslMode: String?

    @Option(help: ArgumentHelp("A PEM file of the CAs to trust.", valueName: "path"))
    var sslCa: String?

    @Option(help: ArgumentHelp("A PEM file of your certificate.", valueName: "path"))
    var sslCert: String?

    @Option(help: ArgumentHelp("A PEM file of your certificate's key.", valueName: "path"))
    var sslKey: String?

    @Option(
        help: ArgumentHelp(
            "The SHA-256 fingerprint of the server's certificate; several with commas. No CA is needed then.",
            valueName: "hex"
        )
    )
    var sslFp: String?

    @Flag(help: "Trust the server without proof: with the password over TLS, with its RSA key without.")
    var getServerPublicKey = false

    @Option(help: ArgumentHelp("A PEM file of the server's RSA key.", valueName: "path"))
    var serverPublicKeyPath: String?

    @Option(
        help: ArgumentHelp(
            "The ways to compress, best first: zlib, zstd, uncompressed. Default: uncompressed.",
            valueName: "names"
        )
    )
    var compressionAlgorithms: String?

    @Option(help: ArgumentHelp("Bounds DNS, TCP, TLS and login together. Default: 10.", valueName: "seconds"))
    var connectTimeout: String?

    @Option(help: ArgumentHelp("Read only this option file.", valueName: "path"))
    var defaultsFile: String?

    @Option(help: ArgumentHelp("Read this option file after the global ones.", valueName: "path"))
    var defaultsExtraFile: String?

    @Option(help: ArgumentHelp("Also read groups with this suffix.", valueName: "suffix"))
    var defaultsGroupSuffix: String?

    @Flag(help: "Read no option file.")
    var noDefaults = false

    @Option(help: ArgumentHelp("A path of ~/.mylogin.cnf.", valueName: "name"))
    var loginPath: String?

    @Flag(help: "Do not read ~/.mylogin.cnf.")
    var noLoginPaths = false

    @Option(
        name: .customLong("server"),
        help: ArgumentHelp(
            "A server with a name and the address that its peers use; repeatable.",
            valueName: "name=address[,advertised=host:port]"
        )
    )
    var servers: [String] = []

    /// Reads the configuration: flags over files over environment, as in MySQL's own programs (seen on 9.7.4).
    func resolver(environment: [String: String] = Environment.current) throws -> ServerResolver {
        let search = OptionFiles.Search(
            noDefaults: noDefaults,
            defaultsFile: defaultsFile,
            defaultsExtraFile: defaultsExtraFile,
            groupSuffix: defaultsGroupSuffix ?? "",
            loginFile: noLoginPaths ? nil : loginFile(environment),
            loginPath: loginPath
        )
        let files = try OptionFiles(search: search, home: Environment.homeDirectory)
        files.warnings.forEach(StandardError.warning)
        let fromFiles = try ConnectionSettings(files.options, warn: StandardError.warning)
        let flags = try flags()
        let settings = try flags.over(fromFiles.over(ConnectionSettings(environment: environment)).besides(flags))
        try settings.checkFiles()
        return ServerResolver(
            settings: settings,
            definitions: try definitions(),
            loginName: Environment.loginName,
            prompt: { try PasswordPrompt.ask($0) }
        )
    }

    private func definitions() throws(CLIFailure) -> [ServerDefinition] {
        let definitions = try servers.map { text throws(CLIFailure) in try ServerDefinition(text) }
        var names: Set<String> = []
        for definition in definitions where !names.insert(definition.name).inserted {
            throw .usage("--server names '\(definition.name)' twice; each server has a name of its own")
        }
        return definitions
    }

    private func loginFile(_ environment: [String: String]) -> String? {
        environment["MYSQL_TEST_LOGIN_FILE"] ?? Environment.homeDirectory.map { $0 + "/.mylogin.cnf" }
    }

    /// What the command line says.
    func flags() throws(CLIFailure) -> ConnectionSettings {
        if host != nil, socket != nil { throw .usage("--host and --socket exclude each other") }
        if let host, host.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1 {
            throw .usage("--host is a host and no port: write --host HOST --port PORT instead of --host '\(host)'")
        }
        var settings = ConnectionSettings()
        settings.user = user
        settings.host = host
        settings.port = try port.map { text throws(CLIFailure) in try SettingValue.port(text, named: "--port") }
        settings.socket = socket
        settings.password = try passwordSource()
        settings.database = database
        settings.tlsMode = try sslMode.map { text throws(CLIFailure) in
            try SettingValue.tlsMode(text, named: "--ssl-mode")
        }
        settings.caFile = sslCa
        settings.certificateFile = sslCert
        settings.keyFile = sslKey
        settings.fingerprints = try sslFp.map { text throws(CLIFailure) in
            try SettingValue.fingerprints(text, named: "--ssl-fp")
        }
        settings.getServerPublicKey = getServerPublicKey ? true : nil
        settings.serverPublicKeyPath = serverPublicKeyPath
        settings.compression = try compressionAlgorithms.map { text throws(CLIFailure) in
            try SettingValue.compression(text, named: "--compression-algorithms")
        }
        settings.connectTimeout = try connectTimeout.map { text throws(CLIFailure) in
            try SettingValue.seconds(text, named: "--connect-timeout")
        }
        return settings
    }

    private func passwordSource() throws(CLIFailure) -> ConnectionSettings.PasswordSource? {
        let given = [password != nil, passwordFile != nil, askPassword].count { $0 }
        guard given < 2 else { throw .usage("--password, --password=VALUE and --password-file exclude each other") }
        if askPassword { return .prompt }
        if let password {
            StandardError.warning("a password on the command line can be seen by others; use --password-file")
            return .given(Secret(password))
        }
        guard let passwordFile else { return nil }
        return .given(try PasswordFile.read(passwordFile, option: "--password-file"))
    }
}
