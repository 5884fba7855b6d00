internal import NIOCore

/// What a command needs beside its bytes.
struct RequestOptions: Sendable {
    /// The caller has contents for one LOCAL INFILE request.
    var hasFile = false
    /// So many rows of a cursor are fetched at a time; nil where none is asked for.
    var fetchedRows: UInt32?
    /// The caller sends values before the command. Told true when its turn has come, and false where it never will.
    var turn: EventLoopPromise<Bool>?
}
