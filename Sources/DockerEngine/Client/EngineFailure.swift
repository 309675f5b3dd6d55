internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Errors of the layers below in the words of this one.
enum EngineFailure {
    /// An error that came after the answer's head.
    struct InBody: Error {
        /// It.
        var cause: any Error
    }

    /// What `error`, thrown below, means to whoever asked.
    static func describe(_ error: any Error, what: String, engine: String) -> DockerError {
        if let error = error as? DockerError { return error }
        let (kind, text): (DockerError.Kind, String)
        if let error = error as? InBody {
            (kind, text) = classify(error.cause, isInBody: true)
        } else {
            (kind, text) = classify(error, isInBody: false)
        }
        return DockerError(kind, "docker: \(what): \(engine): \(text)")
    }

    private static func classify(_ error: any Error, isInBody: Bool) -> (kind: DockerError.Kind, text: String) {
        if error is CancellationError { return (.cancelled, "cancelled") }
        if let error = error as? HTTPClientError { return classify(error, isInBody: isInBody) }
        if let error = error as? NIOConnectionError {
            let refused = error.connectionErrors.first.map { cause(of: $0.error) }
            let dns = error.dnsAError.map { _ in "the name is not known" }
            return (.unreachable, "\(refused ?? dns ?? "no connection"): is an engine running there?")
        }
        if let error = error as? IOError {
            let wasConnected = isInBody || error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
            if wasConnected { return (.lost, isInBody ? "the answer ended early" : cause(of: error)) }
            let advice =
                error.errnoCode == EACCES || error.errnoCode == EPERM
                ? "may this user open the engine's socket (is it in group docker)?" : "is an engine running there?"
            return (.unreachable, "\(cause(of: error)): \(advice)")
        }
        if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
            let advice = "do ca.pem, cert.pem and key.pem belong to this engine, and does its port speak TLS?"
            return (.unreachable, "TLS failed (\(reason(ofTLS: error))): \(advice)")
        }
        if error is NIOTooManyBytesError { return (.garbled, "the answer is larger than this reads") }
        if let error = error as? HTTPParserError, error == .invalidEOFState {
            return (.lost, "the answer ended early")
        }
        if error is HTTPParserError {
            return (.garbled, "the answer is not HTTP (\(error)): does the port speak TLS? Set DOCKER_TLS_VERIFY=1")
        }
        return (.lost, "\(error)")
    }

    private static func classify(_ error: HTTPClientError, isInBody: Bool) -> (kind: DockerError.Kind, text: String) {
        switch error {
        case .cancelled: (.cancelled, "cancelled")
        case .connectTimeout: (.unreachable, "no connection in time: is an engine running there?")
        case .tlsHandshakeTimeout: (.unreachable, "no TLS handshake in time: does the port speak TLS?")
        case .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout: (.late, "no answer in time")
        case .remoteConnectionClosed, .uncleanShutdown:
            (.lost, isInBody ? "the answer ended early" : "the connection was closed before an answer")
        default: (.lost, error.shortDescription)
        }
    }

    /// The library's own word for what went wrong, without its source's line numbers.
    private static func reason(ofTLS error: any Error) -> String {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "the certificate names another host"
        }
        let text = "\(error)"
        guard let start = text.firstRange(of: "OPENSSL_internal:")?.upperBound else { return text }
        return text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }.lowercased().split(separator: "_")
            .joined(
                separator: " ")
    }

    private static func cause(of error: any Error) -> String {
        if let error = error as? IOError {
            switch error.errnoCode {
            case ECONNREFUSED: return "connection refused"
            case EHOSTUNREACH: return "no route to the host"
            case ENETUNREACH: return "the network is unreachable"
            case ETIMEDOUT: return "connection timed out"
            case ECONNRESET, EPIPE: return "connection reset"
            case ENOENT: return "no such socket"
            case EACCES, EPERM: return "permission denied"
            default: break
            }
        }
        if case .connectTimeout = error as? ChannelError { return "no connection in time" }
        return "\(error)"
    }
}
