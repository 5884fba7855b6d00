import MySQLWire
import ServiceLifecycle

/// The pool as a service: at a graceful shutdown what is lent is waited for, at a cancellation it is not.
struct Database: Service {
    let client: MySQLClient

    func run() async throws {
        await withGracefulShutdownHandler {
            await client.run()
        } onGracefulShutdown: {
            client.shutDown()
        }
    }
}
