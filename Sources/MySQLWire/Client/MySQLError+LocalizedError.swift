#if canImport(FoundationEssentials)
public import protocol FoundationEssentials.LocalizedError
#else
public import protocol Foundation.LocalizedError
#endif

extension MySQLError: LocalizedError {
    /// The ``description``; `localizedDescription` would tell nothing without it.
    public var errorDescription: String? { description }
}
