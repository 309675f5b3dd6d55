/// Host names in the form that tables are keyed by: lower case, no trailing dot, no port, A-labels.
public enum HostName {
    /// The most octets that a host name may have (RFC 1035 §2.3.4, with room for a bracketed IPv6 address).
    public static let maximumCount = 255

    /// Lower-cases `host` into `output` and drops one trailing dot.
    ///
    /// - Returns: the octets written, or -1 if `host` does not fit into `output`.
    public static func normalize(_ host: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        -1
    }

    /// The canonical form of a host that a person wrote (any case, Unicode, a trailing dot), or nil if it is none.
    ///
    /// Unicode labels become A-labels (RFC 3492).
    public static func canonical(_ text: String) -> String? {
        nil
    }
}
