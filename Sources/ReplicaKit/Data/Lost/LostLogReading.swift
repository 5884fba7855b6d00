internal import MySQLWire
internal import NIOCore

/// Reads a server's binary log to its end.
struct LostLogReading: Sendable {
    let server: Server
    let timeout: Duration

    /// Calls `found` for each transaction, one after the other; none is kept here.
    ///
    /// - Returns: where the log ended.
    func read(
        after anchor: BinaryLogCoordinates,
        serverID: UInt32,
        found: (BinlogTransaction) -> Void
    ) async throws(DataError) -> BinaryLogCoordinates {
        let connection: MySQLConnection
        do {
            connection = try await MySQLConnection.connect(to: server.configuration)
        } catch {
            throw failure("cannot connect", error)
        }
        do {
            let events = try await connection.binaryLogEvents(
                file: anchor.file,
                position: anchor.position,
                serverID: serverID,
                timeout: timeout
            )
            var reader = BinlogTransactionReader(file: anchor.file, position: anchor.position)
            for try await event in events {
                if let transaction = try reader.receive(event) { found(transaction) }
            }
            await connection.close()
            return BinaryLogCoordinates(file: reader.file, position: reader.position)
        } catch let error as MySQLError {
            await connection.close()
            throw failure("reading the binary log from \(anchor)", error)
        } catch let error as WireError {
            await connection.close()
            throw DataError(
                .unexpectedAnswer,
                server: server.name,
                message: "the binary log behind \(anchor) does not decode: \(error)"
            )
        } catch {
            await connection.close()
            throw DataError(.unexpectedAnswer, server: server.name, message: "reading the binary log failed: \(error)")
        }
    }

    private func failure(_ message: String, _ error: MySQLError) -> DataError {
        DataError(.statementFailed, server: server.name, message: message, underlying: error)
    }
}
