extension ReplicaStatus {
    /// Whether this channel follows that server: by uuid where both are known, else by the address it was given.
    public func isSource(_ observation: ServerObservation, at advertised: HostAndPort) -> Bool {
        if let sourceUUID, let uuid = observation.serverUUID { return sourceUUID == uuid }
        return sourceAddress == advertised
    }
}
