internal import Discovery
internal import KeyValue

/// Reads what containers say of themselves in labels and in their environment, for the edge to act on.
///
/// Pure: the same words give the same wishes. `portico.*` labels count before `PORTICO_*` variables and `SERVICE_<port>_*`,
/// those before Traefik's labels, fabio's tags, `VIRTUAL_*` and docker-flow's labels; of one spelling, labels count before
/// variables. Where two say different things, a problem names both.
public enum Spellings {
    /// The most octets that a port's attributes come to: an endpoint's value has an address as well.
    static let maximumCount = EndpointValue.maximumCount - 1_024

    /// What a container wants of the edge.
    ///
    /// - Parameters:
    ///   - labels: the container's labels, those of its image among them.
    ///   - environment: its variables.
    ///   - ports: the TCP ports that it exposes.
    ///   - tags: what `SERVICE_TAGS` comes to for each port, where fabio's `urlprefix-` stands; nil: read from `labels` and
    ///     `environment` here.
    public static func read(
        labels: [String: String], environment: [String: String], ports: [UInt16], tags: [UInt16: [String]]? = nil
    ) -> EdgeWishes {
        let ports = Set(ports).sorted()
        var known: [UInt16: [String]] = [:]
        for port in ports {
            known[port] = tags.map { $0[port] ?? [] } ?? ServiceTags.of(port, labels: labels, environment: environment)
        }
        var words = ContainerWords(labels: labels, environment: environment, ports: ports, tags: known)
        let others = [
            TraefikSpelling.read(words), FabioSpelling.read(words), VirtualSpelling.read(words),
            FlowSpelling.read(words),
        ]
        let ways = others.lazy.map { $0.ports.filter { !$0.value.routes.isEmpty }.keys }.first { !$0.isEmpty }
        if let ways, ways.count == 1 { words.impliedPort = ways.first }
        let own = PorticoSpelling.read(words)
        let readings = [own] + others + [ServiceTags.checks(words)]
        var wishes = EdgeWishes()
        wishes.isIgnored = readings.lazy.compactMap(\.enables).first == false
        wishes.isEnabled = !wishes.isIgnored && readings.contains(where: \.asks)
        wishes.problems = readings.flatMap(\.problems)
        var merger = SpellingMerger()
        for reading in readings where reading.enables != false { merger.add(reading) }
        for (port, said) in merger.ports.sorted(by: { $0.key < $1.key }) {
            let attributes = SpelledAttributes.write(said, &merger.problems)
            if !attributes.isEmpty { wishes.attributes[port] = attributes }
        }
        wishes.problems += merger.problems
        var seen: Set<SpellingProblem> = []
        wishes.problems.removeAll { !seen.insert($0).inserted }
        return wishes
    }
}

/// What registrators are told in `SERVICE_*` and the edge can use.
enum ServiceTags {
    /// `SERVICE_TAGS` of a port: labels count before variables, `SERVICE_<port>_TAGS` before that of all.
    static func of(_ port: UInt16, labels: [String: String], environment: [String: String]) -> [String] {
        let names = ["SERVICE_\(port)_TAGS", "SERVICE_TAGS"]
        for name in names {
            if let text = labels[name] ?? environment[name] { return TagList.split(text) }
        }
        return []
    }

    /// `SERVICE_CHECK_HTTP`, `_INTERVAL` and `_TIMEOUT`, which say how a port's health is known.
    static func checks(_ words: ContainerWords) -> Spelled {
        var spelled = Spelled()
        for port in words.ports {
            var said = SpelledPort()
            for (key, name) in [
                ("CHECK_HTTP", "health"), ("CHECK_TCP", "health"), ("CHECK_INTERVAL", "health_interval"),
                ("CHECK_TIMEOUT", "health_timeout"),
            ] {
                for label in ["SERVICE_\(port)_\(key)", "SERVICE_\(key)"] {
                    guard let value = words[label] else { continue }
                    if key == "CHECK_TCP", RuleText.flag(value) != true { continue }
                    if key == "CHECK_HTTP", !value.hasPrefix("/") { continue }
                    said.say(name, key == "CHECK_TCP" ? "tcp" : value, by: label)
                }
            }
            // An interval alone is another check's.
            if said.attributes.contains(where: { $0.name == "health" }) { spelled.ports[port] = said }
        }
        return spelled
    }
}
