public import MySQLWire

/// A server and what was seen of it: an observation, or the error by which there is none.
public struct ObservedServer: Sendable {
    public var server: Server
    public var result: Result<ServerObservation, MySQLError>
    /// How long it took to find out.
    public var elapsed: Duration

    public init(server: Server, result: Result<ServerObservation, MySQLError>, elapsed: Duration = .zero) {
        self.server = server
        self.result = result
        self.elapsed = elapsed
    }

    public var name: String { server.name }
    public var observation: ServerObservation? { try? result.get() }
    public var error: MySQLError? {
        if case .failure(let error) = result { error } else { nil }
    }

    /// What the attempt to observe it tells about its life.
    public var liveness: Liveness {
        guard let error else { return .alive }
        return Liveness(of: error)
    }
}
