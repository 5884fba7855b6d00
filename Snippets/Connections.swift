// TLS, logins, errors and cancellation: the code of the articles about connections.

import MySQLWire

func transport(_ configuration: inout MySQLConfiguration) {
    // snippet.tls
    configuration.tls = TLSConfiguration(mode: .verifyIdentity, caFile: "/etc/mysql/ca.pem")
    // snippet.end

    // snippet.certificate
    configuration.tls = TLSConfiguration(
        mode: .verifyIdentity,
        caFile: "/etc/mysql/ca.pem",
        certificateFile: "/etc/app/client-cert.pem",
        keyFile: "/etc/app/client-key.pem"
    )
    // snippet.end

    // snippet.socket
    configuration.endpoint = .unixSocket(path: "/run/mysqld/mysqld.sock")
    // snippet.end

    // snippet.compression
    configuration.compression = [.zstd(level: 3), .zlib, .uncompressed]
    // snippet.end
}

func freshToken() async throws -> String { "…" }

func login(_ configuration: inout MySQLConfiguration) {
    // snippet.plugins
    configuration.allowedPlugins = [.cachingSHA2Password]
    // snippet.end

    // snippet.rsa
    configuration.getServerPublicKey = true
    // snippet.end

    // snippet.token
    configuration.allowedPlugins.insert(.clearPassword)
    configuration.tls = TLSConfiguration(mode: .verifyIdentity)
    configuration.passwordProvider = { Secret(try await freshToken()) }
    // snippet.end

    // snippet.factors
    configuration.additionalPasswords = [Secret("the second factor")]
    // snippet.end
}

func save(_ connection: MySQLConnection, name: String) async throws {
    // snippet.errors
    do {
        try await connection.execute("INSERT INTO products (name) VALUES (\(name))")
    } catch {  // a MySQLError: calls of a connection throw nothing else
        if error.server?.number == 1062 { return print("there already") }
        switch error.fate {
        case .notSent: print("nothing was sent: it can be tried again on another connection")
        case .rejected: print("the server refused it: \(error)")
        case .maybeExecuted: print("nobody knows whether it was executed: look before trying again")
        }
    }
    // snippet.end
}

func patience(_ configuration: inout MySQLConfiguration, _ connection: MySQLConnection) async throws {
    // snippet.deadlines
    configuration.connectTimeout = .seconds(5)
    configuration.queryTimeout = .seconds(30)
    let slow = try await connection.collect("SELECT COUNT(*) FROM orders", timeout: .seconds(120))
    // snippet.end
    print(slow.scalar ?? "")
}

func session(_ configuration: inout MySQLConfiguration, _ connection: MySQLConnection) async throws {
    // snippet.timezone
    configuration.timeZone = "+00:00"
    // snippet.end

    // snippet.user
    try await connection.changeUser("reports", password: Secret("…"), database: "shop")
    // snippet.end

    // snippet.attributes
    configuration.allowsQueryAttributes = true
    let reports = try await MySQLConnection.connect(to: configuration)
    let attributes = [MySQLQueryAttribute("traceparent", .string("00-4bf92f3577b34da6a3ce929d0e0e4736-00"))]
    let rows = try await reports.query(sql: "SELECT COUNT(*) FROM orders", attributes: attributes)
    // snippet.end
    for try await batch in rows { print(batch.count) }
}

func cancel(_ configuration: inout MySQLConfiguration, _ connection: MySQLConnection) async {
    // snippet.cancel
    configuration.cancellation = .killQuery(within: .seconds(3))
    // snippet.end

    // snippet.task
    let report = Task { try await connection.collect("SELECT * FROM orders ORDER BY RAND()") }
    report.cancel()
    do { _ = try await report.value } catch let error as MySQLError { print(error.code) } catch {}
    // snippet.end
}
