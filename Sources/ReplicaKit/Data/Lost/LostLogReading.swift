internal import MySQLWire
internal import NIOCore

/// Reads a server's binary log to its end.
struct LostLogReading: Sendable {
    let server: Server
    let tables: [TableName: TableInfo]
    let timeout: Duration

    func transactions(
        after anchor: BinaryLogCoordinates,
        serverID: UInt32
    ) async throws(DataError) -> ([BinlogTransaction], end: BinaryLogCoordinates) {
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
            var transactions: [BinlogTransaction] = []
            for try await event in events {
                if let transaction = try reader.receive(event) { transactions.append(transaction) }
            }
            await connection.close()
            return (transactions, BinaryLogCoordinates(file: reader.file, position: reader.position))
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
