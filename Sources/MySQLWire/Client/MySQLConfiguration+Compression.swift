extension MySQLConfiguration {
    /// Which ways of compression a session may use, in the order in which they are wanted
    /// (manual: Connection Compression Control).
    ///
    /// The first that the server offers is taken. Where it offers none of them the connection fails with
    /// ``MySQLError/Code/compressionUnavailable``, so ``Algorithm/uncompressed`` at the end is the way to say
    /// "compressed if possible":
    ///
    /// ```swift
    /// configuration.compression = .zlib
    /// configuration.compression = [.zstd(level: 3), .zlib, .uncompressed]
    /// ```
    ///
    /// Compression saves bytes and costs processor time on both sides: it is for slow networks. Under TLS, the length
    /// of what is sent then tells something of its content.
    public struct Compression: Sendable, Hashable {
        /// One way of compression.
        public enum Algorithm: Sendable, Hashable {
            /// Every server has it unless it was configured otherwise.
            case zlib
            /// MySQL 8.0.18 and later. The level, for both directions, is 1 (fast) to 22 (small); MySQL's own programs
            /// take 3.
            case zstd(level: Int)
            /// None: every server takes it.
            case uncompressed
        }

        /// The best first.
        public var algorithms: [Algorithm]

        /// - Parameter algorithms: not empty.
        public init(_ algorithms: [Algorithm]) {
            self.algorithms = algorithms
        }

        /// Never compressed.
        public static let none = Compression([.uncompressed])
        /// zlib or no connection.
        public static let zlib = Compression([.zlib])
        /// zstd or no connection.
        public static func zstd(level: Int = 3) -> Compression { Compression([.zstd(level: level)]) }
    }
}

extension MySQLConfiguration.Compression: ExpressibleByArrayLiteral {
    public init(arrayLiteral algorithms: Algorithm...) {
        self.init(algorithms)
    }
}

extension MySQLConfiguration.Compression.Algorithm: CustomStringConvertible {
    /// The word of MySQL's `--compression-algorithms`.
    public var description: String {
        switch self {
        case .zlib: "zlib"
        case .zstd: "zstd"
        case .uncompressed: "uncompressed"
        }
    }

    init(_ method: CompressionMethod) {
        switch method {
        case .zlib: self = .zlib
        case .zstd(let level): self = .zstd(level: Int(level))
        }
    }

    /// Nil for none.
    fileprivate var method: CompressionMethod? {
        switch self {
        case .zlib: .zlib
        case .zstd(let level): .zstd(level: UInt8(clamping: level))
        case .uncompressed: nil
        }
    }
}

extension MySQLConfiguration.Compression {
    private static let levels = 1...22

    func check() throws(MySQLError) {
        func refuse(_ message: String) -> MySQLError {
            MySQLError(.invalidArgument, phase: .configuration, message: message)
        }
        if algorithms.isEmpty { throw refuse("no way of compression is named, not even uncompressed") }
        for case .zstd(let level) in algorithms where !Self.levels.contains(level) {
            throw refuse("the level of zstd is 1 to 22, not \(level)")
        }
    }

    /// The first that a server with these capabilities offers; nil for none.
    func choose(from offered: CapabilityFlags) throws(MySQLError) -> CompressionMethod? {
        for algorithm in algorithms {
            guard let method = algorithm.method else { return nil }
            if offered.contains(method.capability) { return method }
        }
        let names = algorithms.map(\.description).joined(separator: " or ")
        throw MySQLError(
            .compressionUnavailable,
            phase: .greeting,
            message: "the server does not offer compression by \(names); nothing was sent to it"
        )
    }
}
