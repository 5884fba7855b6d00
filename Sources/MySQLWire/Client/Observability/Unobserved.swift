/// What the library does by itself is not told as if the program did it: setting up a session, and the upkeep of a pool.
enum Unobserved {
    @TaskLocal static var isSet = false

    static func run<Value: Sendable>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws(MySQLError) -> Value
    ) async throws(MySQLError) -> Value {
        let result: Result<Value, MySQLError> = await $isSet.withValue(true) {
            do throws(MySQLError) { return .success(try await body()) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
