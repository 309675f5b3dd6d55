internal import DockerEngine

extension ClusterResponder {
    /// A container that a client means, and the engine that it is on.
    struct Located: Sendable {
        var container: ClusterContainer
        var engine: EngineRecord
        var member: MemberEngine
    }

    /// The container that `name` means, on an engine that answers.
    ///
    /// - Parameter missing: what is said where there is none, in Docker Swarm's words.
    func locate(
        _ name: String, missing: (String) -> String = { "No such container: \($0)" }
    ) throws(RequestError) -> Located {
        guard let (container, engine) = cluster.read({ $0.container(name) }),
            let member = cluster.member(engine.address)
        else { throw RequestError(404, missing(name)) }
        guard engine.standing.isAnswering else {
            throw RequestError(500, "Container \(name) running on unhealthy node \(engine.name)")
        }
        return Located(container: container, engine: engine, member: member)
    }

    /// What an engine answers to a call; what is not a success is an error in the engine's words.
    func ask(_ member: MemberEngine, _ call: EngineCall) async throws(RequestError) -> EngineReply {
        let reply: EngineReply
        do {
            reply = try await member.exchange(call)
        } catch {
            throw RequestError(error, engine: member.address)
        }
        guard reply.isSuccess else { throw RequestError(reply) }
        return reply
    }

    /// The request goes on to an engine at `path`, in the newest version that both the client and the engine speak.
    ///
    /// - Parameters:
    ///   - query: as it is sent, already encoded; nil: the request's own.
    ///   - headDeadline: how long the engine may take until its answer begins; nil: as long as it likes.
    func splice(
        _ request: ManagerRequest, to member: MemberEngine, speaking newest: String, path: String,
        query: String? = nil, headDeadline: Duration? = nil, afterwards: (@Sendable () async -> Void)? = nil
    ) -> ManagerReply {
        var target = path
        if let asked = APIVersion(request.path.version) {
            target = "/v\(APIVersion(newest).map { min($0, asked) } ?? asked)\(path)"
        }
        let query = query ?? request.rawQuery
        if !query.isEmpty { target += "?\(query)" }
        var splice = Splice(to: member.client, target: target, afterwards: afterwards)
        splice.headDeadline = headDeadline
        return .splice(splice)
    }
}

extension ManagerRequest {
    /// The query as it was sent, without the question mark.
    var rawQuery: String {
        guard let mark = target.firstIndex(of: "?") else { return "" }
        return String(target[target.index(after: mark)...])
    }

    /// The query as it was sent, but for the value of one name, which needs no encoding.
    func rawQuery(replacing name: String, with value: String) -> String {
        rawQuery.split(separator: "&").map { item in
            item.prefix { $0 != "=" } == name ? "\(name)=\(value)" : String(item)
        }.joined(separator: "&")
    }

    /// Whether a switch of the query is on, as Docker reads them.
    func isOn(_ name: String) -> Bool { ContainerQuery.flag(path.query[name]) }
}

extension RequestError {
    /// What an engine refused, in its own words and with its status.
    init(_ reply: EngineReply) {
        let document = try? JSONValue(parsing: reply.body)
        let words = document?["message"].text ?? String(decoding: reply.body.prefix(1_000), as: UTF8.self)
        self.init((400...599).contains(reply.status) ? reply.status : 500, words.trimmingBlanks)
    }

    /// Why there is no answer of an engine, in words that clients of Docker know where there are such.
    init(_ error: DockerError, engine: NodeAddress) {
        switch error.kind {
        case .unreachable:
            self.init(500, "Cannot connect to the Docker daemon at tcp://\(engine). Is the docker daemon running?")
        case .late: self.init(504, error.description)
        case .refused: self.init(error.status ?? 500, error.message ?? error.description)
        default: self.init(500, error.description)
        }
    }
}

extension String {
    /// Without the white space at its ends.
    var trimmingBlanks: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
