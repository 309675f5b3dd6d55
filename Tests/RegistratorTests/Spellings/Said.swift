import KeyValue
import Registrator

/// What a container says, and what is written of it: attributes in words by port, and problems.
struct Said {
    let wishes: EdgeWishes

    init(
        _ labels: [String: String], env: [String: String] = [:], ports: [UInt16] = [80], tags: [UInt16: [String]]? = nil
    ) {
        wishes = Spellings.read(labels: labels, environment: env, ports: ports, tags: tags)
    }

    /// The words of the only port, or of all with their numbers before them.
    var words: String {
        let all = wishes.attributes.sorted { $0.key < $1.key }.map { port, attributes in
            (port, attributes.map { EndpointText.attribute($0.name, $0.value) }.joined(separator: " "))
        }
        return all.count == 1 && all[0].0 == 80 ? all[0].1 : all.map { "\($0.0): \($0.1)" }.joined(separator: "; ")
    }

    /// Warnings as they are logged, notices in brackets.
    var problems: [String] {
        wishes.problems.map { $0.severity == .notice ? "(\($0.description))" : $0.description }
    }

    /// What stands in the store for an endpoint on `port`.
    func value(_ address: String = "10.0.0.5:80", port: UInt16 = 80) -> String {
        let attributes = wishes.attributes[port] ?? []
        return ([address] + attributes.map { EndpointText.attribute($0.name, $0.value) }).joined(separator: " ")
    }
}
