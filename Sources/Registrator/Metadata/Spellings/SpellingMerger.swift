/// Puts together what several spellings say of one container, the strongest first.
struct SpellingMerger {
    private(set) var ports: [UInt16: SpelledPort] = [:]
    var problems: [SpellingProblem] = []

    /// Adds what a weaker spelling than those before says.
    mutating func add(_ spelled: Spelled) {
        let before = ports
        for (port, weaker) in spelled.ports.sorted(by: { $0.key < $1.key }) {
            var said = ports[port] ?? SpelledPort()
            let elsewhere = before.filter { $0.key != port }.values.flatMap(\.routes)
            let free = weaker.routes.filter { route in
                guard let other = elsewhere.first(where: { $0.isSameMatch(as: route) && !$0.hosts.isEmpty }) else {
                    return true
                }
                conflict(route.source, other.source, "\(route.place) leads to port \(port)", "to another port")
                return false
            }
            merge(free, into: &said)
            for attribute in weaker.attributes {
                if let other = said.attributes.first(where: { $0.name == attribute.name }) {
                    guard other.value != attribute.value else { continue }
                    conflict(
                        attribute.source, other.source, "\(attribute.name) is \"\(attribute.value ?? "true")\"",
                        "\"\(other.value ?? "true")\"")
                } else {
                    said.attributes.append(attribute)
                }
            }
            ports[port] = said
        }
    }

    private mutating func merge(_ weaker: [SpelledRoute], into said: inout SpelledPort) {
        guard !weaker.isEmpty else { return }
        guard let stronger = said.routes.first else {
            said.routes = weaker
            return
        }
        let isLone = said.routes.count == 1 && stronger.text == nil && stronger.name == nil
        let saysWhere = stronger.says(.hosts) || stronger.says(.paths)
        if isLone, weaker.count == 1 || !saysWhere, weaker.allSatisfy({ $0.text == nil }) {
            said.routes = weaker.map { overlay(stronger, on: $0) }
        } else if !weaker.allSatisfy({ route in said.routes.contains { $0 == route } }), let first = weaker.first {
            let (mine, other) = (weaker.map(\.place), said.routes.map(\.place))
            conflict(
                first.source, stronger.source, "the way is \(mine.joined(separator: " and "))",
                other.joined(separator: " and "))
        }
    }

    /// What `stronger` says, and of `weaker` what it does not.
    private mutating func overlay(_ stronger: SpelledRoute, on weaker: SpelledRoute) -> SpelledRoute {
        var route = weaker
        for member in SpelledRoute.Member.allCases where stronger.says(member) {
            if weaker.says(member), !stronger.isSame(member, as: weaker) {
                conflict(
                    weaker.source(of: member), stronger.source(of: member), "it says another \(member.rawValue)", nil)
            }
            route.take(member, from: stronger)
        }
        // What is taken off belongs to the path that it was said with.
        if stronger.says(.paths), !stronger.says(.strip), weaker.says(.strip), !stronger.isSame(.paths, as: weaker) {
            route.strip = nil
        }
        return route
    }

    private mutating func conflict(_ weaker: String, _ stronger: String, _ mine: String, _ other: String?) {
        let rest = other.map { " says \($0) and counts" } ?? ", which counts"
        problems.append(
            SpellingProblem(
                name: weaker,
                reason: "\(mine), but \(stronger)\(other == nil ? " does too" : "")\(rest): take one of them out"))
    }
}
