import Foundation
import MySQLWire
import ReplicaLab
import TestSupport
import Testing

@Suite("Every way to a MySQL", .needsServer, .timeLimit(.minutes(3)))
struct MySQLMatrixTests {
    private struct Server {
        let server: LabServer
        let caFile: String
    }

    /// With a certificate that names the address; its own does not.
    private static let server = Task { () throws -> Server in
        let server = try await LiveServers.openLab().startServer("matrix", serverID: 31)
        let authority = try TestCertificate("Matrix CA", isAuthority: true)
        let own = try TestCertificate("here", alternativeNames: "IP:127.0.0.1", issuer: authority)
        let root = try await MySQLConnection.connect(to: server.configuration)
        let files = ["ca": authority.certificatePEM, "cert": own.certificatePEM, "key": own.key.privatePEM]
        for (name, text) in files {
            let path = "\(server.directory)/matrix-\(name).pem"
            try Data(text.utf8).write(to: URL(filePath: path))
            _ = try await root.collect(sql: "SET GLOBAL ssl_\(name) = \(SQLText.literal(path))")
        }
        _ = try await root.collect(sql: "ALTER INSTANCE RELOAD TLS")
        await root.close()
        return Server(server: server, caFile: "\(server.directory)/matrix-ca.pem")
    }

    @Test(arguments: Way.allCases) func `the same programme runs`(way: Way) async throws {
        let server = try await Self.server.value
        let configuration = way.configuration(
            server.server.configuration,
            caFile: server.caFile,
            socketPath: server.server.socketPath
        )
        try await MatrixProgramme(way: way, configuration: configuration, isMariaDB: false).run()
    }
}
