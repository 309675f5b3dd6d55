/// Labels in which the manager keeps what it knows of a container, so that it needs no store of its own.
enum SwarmLabel {
    /// The ID that stays with a container when it moves: 64 hexadecimal digits.
    static let id = "com.docker.swarm.id"
    /// The name of the service whose instances are on every node.
    static let global = "com.docker.swarm.global"

    /// How often a container has moved, from its second node on: of several with one ID the one that has moved most counts.
    static let moves = "com.docker.swarm.moves"

    /// A new ID.
    static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        let octets = (0..<64).map { _ in digits[Int(generator.next(upperBound: UInt8(16)))] }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Kinds of expressions: a word before the colon in the environment, a JSON array in a label.
    enum Expressions: String, CaseIterable {
        case constraint, affinity, whitelist, reschedule

        /// The label that holds them.
        var label: String {
            switch self {
            case .constraint: "com.docker.swarm.constraints"
            case .affinity: "com.docker.swarm.affinities"
            case .whitelist: "com.docker.swarm.whitelists"
            case .reschedule: "com.docker.swarm.reschedule-policies"
            }
        }

        /// What `labels` hold of this kind; a label that is no JSON array of texts holds none.
        func read(from labels: [String: String]) -> [String] {
            guard let text = labels[label], let value = try? JSONValue(parsing: Array(text.utf8)) else { return [] }
            return value.texts
        }
    }
}
