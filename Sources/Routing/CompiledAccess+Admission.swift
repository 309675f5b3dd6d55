extension CompiledAccess {
    /// Whether a client of this address is let in; nil: it has none, as a Unix socket's.
    public func welcomes(_ client: EndpointAddress?) -> Bool {
        guard let networks else { return true }
        return client.map(networks.admits) ?? networks.admitsUnknown
    }
}

extension HTTPSPolicy {
    /// What becomes of a request by what it came over.
    @frozen
    public enum Judgement: Sendable {
        /// It goes on.
        case passes
        /// It came by https, over which this is not served.
        case plainOnly
        /// It came by http, over which this is not served.
        case secureOnly
        /// It is sent to https.
        case redirects
        /// It would be sent to https, but has no host.
        case lacksHost
    }

    /// What becomes of a request.
    ///
    /// An edge without a listener for https serves everything in the clear, for it could send nobody anywhere.
    ///
    /// - Parameters:
    ///   - isSecure: it came by https.
    ///   - hasSecureListener: the edge has a listener for https.
    ///   - isChallenge: an authority of certificates asks, which does so over plain http (RFC 8555 §8.3).
    ///   - hasHost: it names a host.
    public func judge(isSecure: Bool, hasSecureListener: Bool, isChallenge: Bool, hasHost: Bool) -> Judgement {
        switch self {
        case .both: return .passes
        case .off: return isSecure ? .plainOnly : .passes
        case .only, .redirect:
            guard !isSecure, hasSecureListener, !isChallenge else { return .passes }
            guard self == .redirect else { return .secureOnly }
            return hasHost ? .redirects : .lacksHost
        }
    }
}
