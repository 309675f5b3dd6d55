/// Why a TLS context could not be made: what OpenSSL refused, and its reason.
public struct TLSError: Error, Sendable, CustomStringConvertible {
    /// What, and why not.
    public let description: String

    init(_ what: String) {
        description = "\(what): \(OpenSSLErrors.take())"
    }
}
