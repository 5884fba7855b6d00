import Foundation
package import MySQLWire
import NIOCore

extension WireFixture {
    /// What the statements of the recording returned, in their order, as our client reads it.
    package func results() throws -> [MySQLResult] {
        var results: [MySQLResult] = []
        var columns: [String] = []
        var rows: [[String?]] = []
        for event in try Replay.run(try recording()) {
            switch event {
            case .columns(let definitions): columns = definitions.map(\.name)
            case .row(let cells): rows.append(cells.map { $0.map { String(buffer: $0) } })
            case .completed(let completion, _):
                results.append(MySQLResult(columns: columns, rows: rows, completion: completion))
                (columns, rows) = ([], [])
            default: break
            }
        }
        return results
    }
}
