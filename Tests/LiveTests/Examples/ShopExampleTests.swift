import Foundation
import MySQLWire
import ReplicaLab
import Testing

/// Where scripts/test has put the example.
private let builtExample = ProcessInfo.processInfo.environment["REPLICA_EXAMPLE"]

/// Examples/Shop, as scripts/test has built it, on a real server.
@Suite(.needsServer, .enabled(if: builtExample != nil, "no REPLICA_EXAMPLE: scripts/test builds it"))
struct ShopExampleTests {
    @Test(.timeLimit(.minutes(1))) func `it does what it shows, and SIGTERM ends it in good order`() async throws {
        let server = try await LivePair.shared().source
        let database = try await TestDatabase.create("shop_example", server.configuration)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(builtExample))
        process.environment = [
            "MYSQL_TCP_PORT": String(server.port), "MYSQL_DATABASE": "shop_example",
            "MYSQL_PWD": try #require(server.configuration.password).withBytes { String(decoding: $0, as: UTF8.self) },
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var lines: [String] = []
        for await line in Self.lines(of: output.fileHandleForReading) {
            lines.append(line)
            if line == "ready" { process.terminate() }
        }
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        let version = try await database.connection.collect("SELECT VERSION()").scalar ?? ""
        #expect(
            lines == [
                "connected to \(version) with TLSv1.3",
                "product 1 is tea", "product 2 is O'Hara's coffee", "product 3 is crème brûlée",
                "a second tea is refused: rejected",
                "O'Hara's coffee costs 12.50", "crème brûlée costs 6.00",
                "streamed 27 teas",
                "sold a tea, 9 are left",
                "sold five more, 4 are left",
                "ready",
                "sold one more while shutting down",
                "closed, with 0 connections left",
            ]
        )
        let stock = try await database.connection.collect("SELECT stock FROM shop_example.products WHERE id = 1")
        #expect(stock.scalar == "3")
        await database.drop()
    }

    /// As they come; the reading has a thread of its own, since it blocks.
    private static func lines(of handle: FileHandle) -> AsyncStream<String> {
        let (lines, inlet) = AsyncStream.makeStream(of: String.self)
        Thread.detachNewThread {
            var rest = Data()
            while true {
                let data = handle.availableData
                if data.isEmpty { break }
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    inlet.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest = rest[rest.index(after: end)...]
                }
            }
            inlet.finish()
        }
        return lines
    }
}
