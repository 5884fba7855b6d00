internal import FoundationEssentials

#if canImport(Glibc)
internal import Glibc
#endif

extension Error {
    /// Why a call on a file failed, as the system says it: what `localizedDescription` is made of, which would bring all of
    /// Foundation along with its tables of languages, a third of the time that the tool takes to start.
    package var reasonOfSystem: String {
        let cause = (self as? CocoaError)?.underlying ?? self
        guard let number = (cause as? POSIXError)?.code.rawValue else { return String(describing: self) }
        return String(cString: strerror(number))
    }
}
