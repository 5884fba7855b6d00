internal import Logging
internal import Tracing

/// The names and values of OpenTelemetry's conventions for database clients: values in, values out.
enum DatabaseAttributes {
    static func spanName(_ operation: ObservedOperation, on server: ObservedServer) -> String {
        operation.summary ?? operation.name.map { "\($0) \(server.target)" } ?? server.system
    }

    /// What is known when a command begins.
    ///
    /// - Parameter namespace: the session's default database.
    static func span(_ operation: ObservedOperation, on server: ObservedServer, namespace: String?) -> SpanAttributes {
        var attributes = SpanAttributes([:])
        func set(_ name: String, _ value: String?) {
            if let value { attributes.set(name, value: .string(value)) }
        }
        func set(_ name: String, _ value: Int?) {
            if let value { attributes.set(name, value: .int64(Int64(value))) }
        }
        set("db.system.name", server.system)
        set("db.namespace", namespace)
        set("db.operation.name", operation.name)
        set("db.collection.name", operation.collection)
        set("db.stored_procedure.name", operation.procedure)
        set("db.query.summary", operation.summary)
        set("db.query.text", operation.text)
        set("server.address", server.address)
        set("server.port", server.port)
        set("network.peer.address", server.peerAddress)
        set("network.peer.port", server.peerPort)
        return attributes
    }

    static func span(_ error: MySQLError) -> SpanAttributes {
        var attributes = SpanAttributes([:])
        for (name, value) in values(of: error) { attributes.set(name, value: .string(value)) }
        return attributes
    }

    /// Of `db.client.operation.duration`: what has few values. Tables are not among them.
    static func dimensions(
        _ operation: ObservedOperation,
        on server: ObservedServer,
        namespace: String?,
        error: MySQLError?
    ) -> [(String, String)] {
        var dimensions = [("db.system.name", server.system)]
        if let namespace { dimensions.append(("db.namespace", namespace)) }
        if let name = operation.name { dimensions.append(("db.operation.name", name)) }
        dimensions.append(("server.address", server.address))
        if let port = server.port { dimensions.append(("server.port", String(port))) }
        return dimensions + (error.map(values(of:)) ?? [])
    }

    /// For logs.
    static func metadata(_ error: MySQLError) -> Logger.Metadata {
        Logger.Metadata(values(of: error).map { ($0.0, "\($0.1)") }) { first, _ in first }
    }

    /// `error.type` is the server's error number, or else the name of ``MySQLError/Code-swift.struct``.
    private static func values(of error: MySQLError) -> [(String, String)] {
        guard let server = error.server else { return [("error.type", error.code.name)] }
        return [("db.response.status_code", String(server.number)), ("error.type", String(server.number))]
    }
}

extension MySQLError {
    /// For spans: what others wrote is left out, since it may quote the statement, a value or worse.
    var withoutForeignText: MySQLError {
        var error = self
        if let server {
            error.server?.message = "(the server's text is left out)"
            error.server?.rawMessage = nil
            error.message = "the server answered with error \(server.number)"
        } else {
            error.message = "\(code) in phase \(phase.rawValue), \(fate.rawValue)"
        }
        return error
    }
}
