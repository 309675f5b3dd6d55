internal import Routing

extension EndpointValue {
    /// Reads `health`, `health_*`, `outlier` and `outlier_*`, which stay among the attributes for templates too.
    ///
    /// What makes no sense is a problem, and the endpoint is served without it.
    mutating func readHealth() {
        guard attributes.keys.contains(where: { $0.hasPrefix("health") || $0.hasPrefix("outlier") }) else { return }
        let reader = DocumentReader(source: "")
        reader.readHealth(members: members("health_", of: DocumentReader.healthKeys), into: &health)
        if let node = member("health") { reader.readHealth(word: node.scalar ?? "", at: node, into: &health) }
        reader.readOutlier(members: members("outlier_", of: DocumentReader.outlierKeys), into: &policy.outlier)
        if let node = member("outlier") { policy.outlier.isOn = reader.outlier(node).isOn }
        problems += reader.errors.map { "\($0.message): the endpoint is served without it" }
        if let fault = reader.fault(in: health) {
            problems.append("health: \(fault): the endpoint is not checked")
            health = HealthSettings()
        }
    }

    /// A mapping of a JSON object, member by member: `"health": {"path": "/healthz"}` is `health_path=/healthz`.
    mutating func setMembers(of field: DocumentField) throws(Malformed) -> Bool {
        guard ["health", "outlier", "sticky"].contains(field.name), case .mapping(let members) = field.value.content
        else {
            return false
        }
        for member in members { attributes["\(field.name)_\(member.name)"] = try Self.attribute(member) }
        if field.name != "health", members.isEmpty { attributes[field.name] = "true" }
        return true
    }

    func members(_ prefix: String, of keys: [String]) -> [String: DocumentNode] {
        var members: [String: DocumentNode] = [:]
        for key in keys { members[key] = member(prefix + key) }
        return members
    }

    func member(_ name: String) -> DocumentNode? {
        attributes[name].map { DocumentNode(content: .scalar($0, isQuoted: false)) }
    }
}
