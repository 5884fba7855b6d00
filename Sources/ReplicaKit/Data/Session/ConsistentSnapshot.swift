internal import MySQLWire

/// A read-only view of a server's data that stands still, at a known place in its binary log.
///
/// It covers transactional engines (InnoDB). The read lock that ties view and coordinates together is held for
/// milliseconds; it dies with its session, so a killed program leaves nothing behind, and a stopped one loses it after
/// a few seconds because the server ends the idle session.
public struct ConsistentSnapshot: Sendable {
    public let server: Server
    /// The session inside the transaction. Its settings are fixed: UTC, utf8mb4, exact sql_mode.
    public let session: any SQLSession
    /// The end of the server's binary log at the moment of the view.
    public let coordinates: BinaryLogCoordinates
    /// `Executed_Gtid_Set` at that moment; empty where GTIDs are off, nil where the server does not tell.
    public let executedGTIDSet: String?
    /// How long the server's writers were held up.
    public let lockHeld: Duration
    let statementTimeout: Duration

    /// Opens a snapshot on one server, which may be a source, a replica or a server that stands still.
    ///
    /// - Throws: ``DataError/Code/lockNotGranted`` when statements that run too long kept the lock away,
    ///   ``DataError/Code/noBinaryLog``, or ``DataError/Code/statementFailed``.
    public static func open(
        on server: Server,
        connector: any ServerConnector,
        options: SnapshotOptions = SnapshotOptions()
    ) async throws(DataError) -> ConsistentSnapshot {
        let opener = try await SnapshotOpener.connect(to: server, connector: connector, options: options)
        do {
            let began = try await opener.lock()
            let position = try await opener.begin()
            let held = try await opener.unlock(since: began)
            return opener.snapshot(at: position, lockHeld: held)
        } catch {
            await opener.data.close()
            throw error
        }
    }

    var data: DataSession { DataSession(name: server.name, session: session, timeout: statementTimeout) }

    /// Ends the transaction and the session.
    public func close() async {
        await session.close()
    }
}
