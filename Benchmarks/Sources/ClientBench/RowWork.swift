import MySQLWire

/// What a program does with rows, and what it has found in them; every client's program comes to the same.
struct RowWork {
    private(set) var rows = 0
    /// The lengths of the cells that are not numbers.
    private(set) var bytes: UInt64 = 0
    private(set) var integers: Int64 = 0
    private(set) var doubles = 0.0

    /// Looks at every cell: the two integers are parsed, of the others the lengths are summed.
    mutating func touch(_ batch: MySQLRowBatch) {
        for row in batch {
            rows += 1
            integers &+= row.integer(at: 0) ?? 0
            integers ^= row.integer(at: 1) ?? 0
            for column in 2..<7 { bytes &+= UInt64(row.withBytes(at: column) { $0?.count ?? 0 }) }
        }
    }

    /// Makes of every cell a value of its type.
    mutating func decode(_ batch: MySQLRowBatch) throws(MySQLError) {
        for row in batch {
            let (id, a, b, c, d, e, f) = try row.decode(
                (Int64, Int64, String, String, Double, MySQLDateTime, String?).self
            )
            rows += 1
            integers &+= id
            integers ^= a
            doubles += d
            bytes &+= UInt64(b.utf8.count + c.utf8.count + (f?.utf8.count ?? 0)) &+ UInt64(e.seconds)
        }
    }

    /// The same, but text is lent, as the C libraries lend theirs, and no String is made of it.
    mutating func decodeLent(_ batch: MySQLRowBatch) throws(MySQLError) {
        for row in batch {
            rows += 1
            integers &+= try row.decode(Int64.self, at: 0)
            integers ^= try row.decode(Int64.self, at: 1)
            doubles += try row.decode(Double.self, at: 4)
            bytes &+= UInt64(try row.decode(MySQLDateTime.self, at: 5).seconds)
            bytes &+= UInt64(row.withBytes(at: 2) { $0?.count ?? 0 })
            bytes &+= UInt64(row.withBytes(at: 3) { $0?.count ?? 0 })
            bytes &+= UInt64(row.withBytes(at: 6) { $0?.count ?? 0 })
        }
    }
}
