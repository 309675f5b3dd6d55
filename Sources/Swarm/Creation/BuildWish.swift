/// What `POST /build` asks of its node, and what is left of it for the engine.
struct BuildWish: Sendable, Equatable {
    /// What it asks of its node.
    var request = PlacementRequest()
    /// `buildargs` without expressions; nil if there were none.
    var arguments: String?
    /// What it may be called: its ID, and that of the session in which the client offers files and secrets.
    var names: [String] = []
    /// Whether it only brings what another call of the same build waits for.
    var isUpload = false

    private static let uploadMark = "upload-request:"

    /// Reads a query.
    ///
    /// Arguments that are expressions, `constraint:node==x` and the like, are taken out and say where to build.
    ///
    /// - Throws: ``RequestError`` with 400 for arguments that are no JSON.
    init(_ query: [String: String]) throws(RequestError) {
        request.memoryBytes = max(0, query["memory"].flatMap { Int64($0) } ?? 0)
        request.processors = max(0, query["cpushares"].flatMap { Int64($0) } ?? 0)
        if let id = query["buildid"], !id.isEmpty {
            isUpload = id.hasPrefix(Self.uploadMark)
            names.append(isUpload ? String(id.dropFirst(Self.uploadMark.count)) : id)
        }
        if let session = query["session"], !session.isEmpty { names.append(session) }
        guard let text = query["buildargs"], !text.isEmpty else { return }
        guard let value = try? JSONValue(parsing: Array(text.utf8)), let object = value.object else {
            throw RequestError(400, "invalid buildargs: they are a JSON object of names with texts")
        }
        var left = JSONObject()
        for member in object.members {
            guard let (kind, key) = Self.expression(member.name) else {
                left[member.name] = member.value
                continue
            }
            // The client takes the first equals sign for the one between name and value.
            let expression = member.value.text.map { "\(key)=\($0)" } ?? key
            switch kind {
            case .constraint: request.constraints.append(expression)
            case .affinity: request.affinities.append(expression)
            case .whitelist: request.whitelists.append(expression)
            case .reschedule: break
            }
        }
        arguments = String(decoding: JSONValue.object(left).octets, as: UTF8.self)
    }

    private static func expression(_ name: String) -> (SwarmLabel.Expressions, String)? {
        guard let colon = name.firstIndex(of: ":"), let kind = SwarmLabel.Expressions(rawValue: String(name[..<colon]))
        else { return nil }
        return (kind, String(name[name.index(after: colon)...]))
    }
}
