extension WireError {
    /// As the one who connects is to read it: a stranger's greeting says less of a packet than of whom one has met.
    func description(in phase: MySQLError.Phase) -> String {
        phase == .greeting ? "this does not look like a MySQL server (\(description))" : description
    }
}
