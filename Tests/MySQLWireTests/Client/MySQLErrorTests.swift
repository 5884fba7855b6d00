import Foundation
import MySQLWire
import Testing

@Suite struct MySQLErrorTests {
    @Test func `who asks for the localized description gets the same line`() {
        let error: any Error = MySQLError(.busy, phase: .command, message: "rows are unread")
        #expect(error.localizedDescription == "rows are unread")
    }
}
