/// How the rows of a query wait for their reader: on the server, in a read-only cursor, from which they are fetched some
/// at a time (COM_STMT_FETCH).
///
/// Without one the server sends all rows at once, and holds back what the connection does not take: simple and fast, and
/// right for most. With a cursor it puts the whole result aside first (in memory or on its disk), which ends locks and
/// transactions early and costs a slow reader nothing; each fetch is a round trip.
///
/// A statement for which the server opens no cursor (INSERT, CALL, and on MySQL 9.7 EXPLAIN) sends its rows as without.
/// See [cursors](https://dev.mysql.com/doc/c-api/9.7/en/mysql-stmt-attr-set.html) of the manual of the C API.
public struct MySQLCursor: Sendable, Hashable {
    /// So many rows come at a time, if there are.
    public let rows: UInt32

    /// - Parameter rows: of one fetch; at least 1 is taken.
    public static func fetching(rows: Int) -> MySQLCursor {
        MySQLCursor(rows: UInt32(clamping: max(1, rows)))
    }
}
