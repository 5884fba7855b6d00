internal import COpenSSL

extension Array where Element == UInt8 {
    /// Overwrites the bytes in a way that the compiler does not optimise away, and empties the array.
    ///
    /// Reaches this array's own storage only: a copy that was taken earlier stays.
    package mutating func wipe() {
        withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
        removeAll()
    }
}
