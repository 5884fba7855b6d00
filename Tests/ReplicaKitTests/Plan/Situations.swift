import MySQLWire

@testable import ReplicaKit

/// Observations for tables of decisions: a healthy pair, `a` the source and `b` its replica, to be changed by each case.
enum Situations {
    static func seen(_ name: String, _ change: (inout ServerObservation) -> Void = { _ in }) -> ServerObservation {
        var seen = ServerObservation(version: ServerVersion(.mySQL, 9, 7, 4))
        seen.serverUUID = "uuid-\(name)"
        seen.serverID = name == "a" ? 1 : 2
        seen.readOnly = name == "b"
        seen.superReadOnly = name == "b"
        seen.offlineMode = false
        seen.binaryLogEnabled = true
        seen.source = SourceStatus(coordinates: place(1000))
        seen.replicaChannels = name == "b" ? [channel()] : []
        seen.connectedReplicas = []
        seen.persistedVariables = ["super_read_only": "ON"]
        change(&seen)
        return seen
    }

    static func channel(_ change: (inout ReplicaStatus) -> Void = { _ in }) -> ReplicaStatus {
        var status = ReplicaStatus()
        status.sourceHost = "a"
        status.sourcePort = 3301
        status.sourceUUID = "uuid-a"
        status.receiver = .yes
        status.applier = .yes
        status.read = place(500)
        status.executed = place(500)
        status.secondsBehindSource = 0
        status.connectRetry = 1
        status.retryCount = 86400
        status.autoPosition = false
        change(&status)
        return status
    }

    static func place(_ position: UInt64) -> BinaryLogCoordinates {
        BinaryLogCoordinates(file: "binlog.000001", position: position)
    }

    static func observed(_ name: String, _ change: (inout ServerObservation) -> Void = { _ in }) -> ObservedServer {
        ObservedServer(server: SimulatedCluster.server(name), result: .success(seen(name, change)))
    }

    static func failed(_ name: String, _ error: MySQLError) -> ObservedServer {
        ObservedServer(server: SimulatedCluster.server(name), result: .failure(error))
    }

    static let refusedConnection = MySQLError(.unreachable, phase: .connecting, message: "connection refused")

    static func serverError(_ number: UInt16) -> MySQLError {
        MySQLError(
            .server,
            phase: .authentication,
            message: "",
            server: .init(number: number, sqlState: nil, message: "any words")
        )
    }

    /// `a` is the old source, `b` the new one.
    static func anchor(_ state: Anchor.State, operation: String = "op", epoch: UInt64 = 1) -> Anchor {
        Anchor(
            operation: operation,
            state: state,
            epoch: epoch,
            oldUUID: "uuid-a",
            oldAddress: HostAndPort(host: "a", port: 3301),
            oldCoordinates: place(500),
            newUUID: "uuid-b",
            newCoordinates: place(900)
        )
    }
}

extension PlanDecision {
    /// What a table of decisions compares: the codes of the steps, or of the refusal.
    var summary: String {
        switch self {
        case .run(let plan): "run " + plan.steps.map(\.code.rawValue).joined(separator: " ")
        case .nothingToDo: "nothing"
        case .refused(let refusal): "refused " + refusal.reasons.map(\.code.rawValue).joined(separator: " ")
        }
    }
}
