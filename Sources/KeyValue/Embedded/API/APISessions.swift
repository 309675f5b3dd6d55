import HTTPTypes

/// `/v1/session/…`: what locks are held under.
struct APISessions: Sendable {
    let store: EmbeddedStore
    /// The shortest TTL that is accepted.
    let ttlMinimum: Duration

    /// A lock delay below this many nanoseconds was meant as seconds (Consul's rule).
    private static let lockDelayThreshold = 1000.0
    private static let lockDelayDefault = Duration.seconds(15)
    /// The only check there is; it always passes, as the node is this process.
    private static let nodeCheck = "serfHealth"

    /// Makes a session.
    func create(_ request: APIRequest) async throws(APIError) -> APIAnswer {
        let session = try read(request)
        switch await store.submit(.createSession(session)) {
        case .failed(let error): throw APIError(.internalServerError, error.description)
        default: break
        }
        var writer = request.writer
        writer.object {
            $0.name("ID")
            $0.string(session.id)
        }
        return .json(writer)
    }

    /// Ends a session; one that is not there is as good as ended.
    func destroy(_ request: APIRequest, id: String) async throws(APIError) -> APIAnswer {
        try check(id)
        if case .failed(let error) = await store.submit(.destroySession(id)) {
            throw APIError(.internalServerError, error.description)
        }
        return request.answer(true)
    }

    /// Lets a session's TTL run anew.
    func renew(_ request: APIRequest, id: String) async throws(APIError) -> APIAnswer {
        try check(id)
        switch await store.submit(.renewSession(id)) {
        case .session(let session):
            var writer = request.writer
            writer.array { $0.session(session) }
            return .json(writer)
        case .failed(let error):
            throw APIError(.internalServerError, error.description)
        default:
            throw APIError(.notFound, "Session id '\(id)' not found")
        }
    }

    /// One session, or an empty array.
    func info(_ request: APIRequest, id: String) async throws(APIError) -> APIAnswer {
        try check(id)
        return try await list(request) { $0.id == id }
    }

    /// All sessions.
    func list(_ request: APIRequest) async throws(APIError) -> APIAnswer {
        try await list(request) { _ in true }
    }

    /// The sessions of a node.
    func list(_ request: APIRequest, node: String) async throws(APIError) -> APIAnswer {
        guard !node.isEmpty else { throw APIError(.badRequest, "Missing node name") }
        return try await list(request) { $0.node == node }
    }

    private func list(
        _ request: APIRequest, where isWanted: (StoreSession) -> Bool
    ) async throws(APIError) -> APIAnswer {
        let blocking = try APIBlocking(request.query)
        let current: @Sendable (StoreState) -> UInt64 = { max($0.sessionsIndex, 1) }
        return try await blocking.answer(store, .sessions, current: current) { state, index in
            var writer = request.writer
            writer.array { writer in
                for session in state.sessions.values.filter(isWanted).sorted(by: { $0.id < $1.id }) {
                    writer.session(session)
                }
            }
            return .json(writer, index: index)
        }
    }

    private func check(_ id: String) throws(APIError) {
        guard !id.isEmpty else { throw APIError(.badRequest, "Missing session") }
        if let refusal = StoreState.refusal(ofSession: id) { throw APIError(refusal) }
    }

    // MARK: The body of a creation

    private func read(_ request: APIRequest) throws(APIError) -> StoreSession {
        var value = APIJSONValue.null
        if !request.body.isEmpty {
            guard let parsed = APIJSONValue.parse(request.body) else {
                throw APIError(.badRequest, "Request decode failed: this is no JSON")
            }
            value = parsed
        }
        switch value {
        case .null, .object: break
        default:
            throw APIError(.badRequest, "Request decode failed: json: cannot unmarshal \(value.kind) into a session")
        }
        let ttlText = try string(value, "TTL")
        let session = StoreSession(
            id: EmbeddedStore.newSessionID(), name: try string(value, "Name"), node: try node(value),
            lockDelay: try lockDelay(value), behavior: try behavior(value), ttl: try ttl(ttlText), ttlText: ttlText,
            nodeChecks: try nodeChecks(value))
        try refuseServiceChecks(value)
        return session
    }

    private func string(_ value: APIJSONValue, _ name: String) throws(APIError) -> String {
        switch value[name.lowercased()] {
        case nil: return ""
        case .string(let text)?: return text
        case let other?:
            throw APIError(
                .badRequest,
                "Request decode failed: json: cannot unmarshal \(other.kind) into Go struct field .\(name) of type string"
            )
        }
    }

    private func node(_ value: APIJSONValue) throws(APIError) -> String {
        let node = try string(value, "Node")
        guard node.isEmpty || node == store.nodeName else {
            throw APIError(.internalServerError, "Missing node registration")
        }
        return store.nodeName
    }

    private func lockDelay(_ value: APIJSONValue) throws(APIError) -> Duration {
        let nanoseconds: Double
        switch value["lockdelay"] {
        case nil:
            return Self.lockDelayDefault
        case .string(let text)?:
            guard let duration = GoText.duration(text) else {
                throw APIError(
                    .badRequest, "Request decode failed: time: invalid duration \(GoText.quoted(text))")
            }
            return max(duration, .zero)
        case .unsigned(let number)?: nanoseconds = Double(number)
        case .number(let number)?: nanoseconds = number
        case let other?:
            throw APIError(.badRequest, "Request decode failed: the lock delay is a \(other.kind)")
        }
        let scaled = nanoseconds < Self.lockDelayThreshold ? nanoseconds * 1e9 : nanoseconds
        return .nanoseconds(Int64(max(0, min(scaled, 1e18))))
    }

    private func behavior(_ value: APIJSONValue) throws(APIError) -> SessionBehavior {
        let text = try string(value, "Behavior")
        if text.isEmpty { return .release }
        guard let behavior = SessionBehavior(rawValue: text) else {
            throw APIError(.internalServerError, "Invalid Behavior setting '\(text)'")
        }
        return behavior
    }

    private func ttl(_ text: String) throws(APIError) -> Duration? {
        guard !text.isEmpty else { return nil }
        guard let ttl = GoText.duration(text) else {
            let reason = "time: invalid duration \(GoText.quoted(text))"
            throw APIError(.internalServerError, "Session TTL '\(text)' invalid: \(reason)")
        }
        if ttl == .zero { return nil }
        let maximum = EmbeddedStore.sessionTTLMaximum
        guard ttl >= ttlMinimum, ttl <= maximum else {
            let range = "[\(GoText.text(ttlMinimum))=\(GoText.text(maximum))]"
            throw APIError(
                .internalServerError,
                "Invalid Session TTL '\(GoText.nanoseconds(of: ttl))', must be between \(range)")
        }
        return ttl
    }

    private func nodeChecks(_ value: APIJSONValue) throws(APIError) -> [String] {
        // `Checks` is what it was called before.
        guard let checks = value["nodechecks"] ?? value["checks"] else { return [Self.nodeCheck] }
        guard case .array(let elements) = checks else {
            throw APIError(.badRequest, "Request decode failed: the checks are a \(checks.kind)")
        }
        var names: [String] = []
        for case .string(let name) in elements {
            guard name == Self.nodeCheck else {
                throw APIError(.internalServerError, "Missing check '\(name)' registration")
            }
            names.append(name)
        }
        return names
    }

    /// There are no services here, so no check of one.
    private func refuseServiceChecks(_ value: APIJSONValue) throws(APIError) {
        guard case .array(let elements)? = value["servicechecks"], let first = elements.first else { return }
        var id = ""
        if case .string(let text)? = first["id"] { id = text }
        throw APIError(.internalServerError, "Missing check '\(id)' registration")
    }
}

extension JSONWriter {
    /// A session with Consul's members in Consul's order.
    mutating func session(_ session: StoreSession) {
        object { writer in
            writer.name("ID")
            writer.string(session.id)
            writer.name("Name")
            writer.string(session.name)
            writer.name("Node")
            writer.string(session.node)
            writer.name("LockDelay")
            writer.number(GoText.nanoseconds(of: session.lockDelay))
            writer.name("Behavior")
            writer.string(session.behavior.rawValue)
            writer.name("TTL")
            writer.string(session.ttlText)
            writer.name("NodeChecks")
            writer.array { writer in for check in session.nodeChecks { writer.string(check) } }
            writer.name("ServiceChecks")
            writer.null()
            writer.name("CreateIndex")
            writer.number(session.createIndex)
            writer.name("ModifyIndex")
            writer.number(session.createIndex)
        }
    }
}
