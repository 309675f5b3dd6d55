internal import DockerEngine

/// Why a container was not made, and what may help.
struct CreationFailure: Error, Sendable, Equatable {
    /// What may help.
    enum Remedy: Sendable, Equatable {
        /// Nothing: the name is taken, or it may have been made all the same.
        case none
        /// Another try, perhaps on another engine.
        case retry
        /// An engine of this kind: `linux`, `windows`.
        case system(String)
        /// An engine that has the image: this one cannot get it.
        case image
    }

    /// What the client is told.
    var error: RequestError
    /// What may help.
    var remedy: Remedy

    init(_ error: RequestError, _ remedy: Remedy = .none) {
        self.error = error
        self.remedy = remedy
    }

    /// There is no whole answer; what was not sent may be tried again.
    init(_ error: DockerError, engine: NodeAddress) {
        self.init(RequestError(error, engine: engine), error.kind == .unreachable ? .retry : .none)
    }

    /// An engine refused.
    ///
    /// What is not found is 500 to the client, which would else look for an image.
    init(_ reply: EngineReply) {
        var error = RequestError(reply)
        if error.status == 404 { error.status = 500 }
        self.init(error, Self.remedy(for: error.message))
    }

    /// A pull failed.
    init(pulling message: String) {
        let remedy = Self.remedy(for: message)
        self.init(RequestError(500, message), remedy == .retry ? .image : remedy)
    }

    private static func remedy(for message: String) -> Remedy {
        // `image operating system "windows" cannot be used on this platform`
        if let start = message.firstRange(of: "image operating system")?.upperBound {
            let quoted = message[start...].split(separator: "\"", omittingEmptySubsequences: false)
            if quoted.count >= 3, !quoted[1].isEmpty { return .system(String(quoted[1])) }
        }
        return .retry
    }

    /// Whether an engine refused to make a container for want of its image.
    static func isForImage(_ reply: EngineReply) -> Bool {
        guard reply.status == 404 else { return false }
        let message = RequestError(reply).message.lowercased()
        return message.contains("no such image")
            || (message.contains("image") && message.contains("not found"))
    }
}
