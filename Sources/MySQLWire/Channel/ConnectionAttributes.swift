#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Performance schema's connection attributes: who is connected, for `session_connect_attrs`.
enum ConnectionAttributes {
    static func of(_ configuration: MySQLConfiguration) -> [HandshakeResponse41.Attribute] {
        var attributes: [HandshakeResponse41.Attribute] = [
            .init(name: "_client_name", value: "MySQLWire"),
            .init(name: "_pid", value: String(getpid())),
        ]
        for (name, value) in configuration.connectionAttributes.sorted(by: { $0.key < $1.key }) {
            attributes.append(.init(name: name, value: value))
        }
        return attributes
    }
}
