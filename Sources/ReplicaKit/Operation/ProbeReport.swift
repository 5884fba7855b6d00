/// Whether a marker that was written on a source arrived on its replicas.
public struct ProbeReport: Sendable, Hashable, Codable {
    /// One replica's answer.
    public struct Arrival: Sendable, Hashable, Codable {
        public var replica: String
        /// From the source's answer to the marker being visible on the replica; nil where it never was.
        public var seconds: Double?
        /// Why it did not arrive, as far as that can be told; nil where it did.
        public var problem: String?

        public init(replica: String, seconds: Double? = nil, problem: String? = nil) {
            self.replica = replica
            self.seconds = seconds
            self.problem = problem
        }
    }

    public var source: String
    /// The marker's key in `replicakit.marker`.
    public var marker: String
    /// How long the source took to commit it.
    public var writeSeconds: Double
    /// In the order of the question.
    public var arrivals: [Arrival]

    public init(source: String, marker: String, writeSeconds: Double, arrivals: [Arrival]) {
        self.source = source
        self.marker = marker
        self.writeSeconds = writeSeconds
        self.arrivals = arrivals
    }

    /// True where every replica has it.
    public var hasArrived: Bool { !arrivals.isEmpty && arrivals.allSatisfy { $0.seconds != nil } }
}
