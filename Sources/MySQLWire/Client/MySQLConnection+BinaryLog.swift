extension MySQLConnection {
    /// Asks for the binary log from a position on, as a replica does (COM_BINLOG_DUMP; needs REPLICATION SLAVE).
    ///
    /// The server ends the session after the last event (seen on 9.7.4): take a connection of its own for it.
    ///
    /// - Parameters:
    ///   - file: the log file's name, as SHOW BINARY LOGS lists it.
    ///   - position: of the first event; 4 for the start of the file. At most 2^32 - 1, since the command has no more
    ///     room.
    ///   - serverID: a replication server id that no other replica of this server has: a second one ends the first.
    ///   - nonBlocking: end at the end of the log instead of waiting for more.
    ///   - timeout: for the whole stream; nil for none.
    public func binaryLogEvents(
        file: String,
        position: UInt64,
        serverID: UInt32,
        nonBlocking: Bool = true,
        timeout: Duration? = nil
    ) async throws(MySQLError) -> BinaryLogEvents {
        guard let position = UInt32(exactly: position) else {
            throw MySQLError(
                .invalidArgument,
                phase: .configuration,
                message: "position \(position) of \(file) is beyond 4 GiB, where COM_BINLOG_DUMP cannot begin"
            )
        }
        let end = (timeout ?? configuration.queryTimeout).map { ContinuousClock.now.advanced(by: $0) }
        // The server sends checksums only to whoever says that it knows of them. Both names: the first one is gone
        // from newer servers, the second unknown to older ones.
        _ = try await collect(
            """
            SET @master_binlog_checksum = @@GLOBAL.binlog_checksum, @source_binlog_checksum = @@GLOBAL.binlog_checksum
            """,
            timeout: timeout
        )
        let command = BinlogDumpCommand(
            file: file,
            position: position,
            flags: nonBlocking ? BinlogDumpCommand.nonBlocking : 0,
            serverID: serverID
        )
        return BinaryLogEvents(
            request: try stream(
                command.encode(),
                timeout: end.map { ContinuousClock.now.duration(to: $0) }
            )
        )
    }
}
