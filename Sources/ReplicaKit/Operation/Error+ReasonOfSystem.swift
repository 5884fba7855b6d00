#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

extension Error {
    /// Why a call on a file failed, as the system says it: what `localizedDescription` is made of, which would bring all of
    /// Foundation along with its tables of languages, a sixth of the time that the tool takes to start.
    package var reasonOfSystem: String {
        let cause = (self as? CocoaError)?.underlying ?? self
        if let number = (cause as? POSIXError)?.code.rawValue { return String(cString: strerror(number)) }
        return (self as? CocoaError).map { "the system's error \($0.code.rawValue)" } ?? String(describing: self)
    }
}
