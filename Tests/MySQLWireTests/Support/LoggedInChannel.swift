import NIOCore
import NIOEmbedded

@testable import MySQLWire

/// A connection in memory that is logged in: what a server says is written to its channel.
enum LoggedInChannel {
    static func make() throws -> (EmbeddedChannel, MySQLChannelHandler) {
        let channel = EmbeddedChannel()
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            tls: TLSConfiguration(mode: .disabled)
        )
        let machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: [])
        )
        let handler = MySQLChannelHandler(
            machine: machine,
            configuration: configuration,
            tlsContext: nil,
            state: ConnectionState()
        ) { _ in }
        try channel.pipeline.syncOperations.addHandler(handler)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 3306), promise: nil)
        try channel.writeInbound(ByteBuffer(bytes: PacketFramerTests.packet(0, ConnectionMachineTests.greeting())))
        try channel.writeInbound(ByteBuffer(bytes: PacketFramerTests.packet(2, ConnectionMachineTests.ok)))
        return (channel, handler)
    }
}
