internal import Discovery
internal import Routing
internal import Template

/// Hosts all of whose requests go to one service, each once: of several ways to it the first counts.
struct EdgeHosts {
    /// A host, as a rule has it.
    private struct Name: Hashable {
        var kind: EdgeRule.Kind
        var host: String
    }

    /// They in the order in which they were added.
    private(set) var values: [Value] = []
    private var known: Set<Name> = []

    /// Adds the hosts of `rules`, which stand in the order in which the edge looks.
    ///
    /// Where the first rule for a host asks for a path, takes something off it, or leads to what speaks HTTP/2 alone, more is
    /// needed than a look at the host.
    mutating func add(_ rules: ArraySlice<EdgeRule>) {
        var last: Name?
        for rule in rules {
            let name = Name(kind: rule.kind, host: rule.host)
            if name == last { continue }
            last = name
            if rule.pathKind == .any, rule.strip.isEmpty { add(name, rule.service, rule.spoken) }
        }
    }

    /// Adds the default host `name` in `domain`.
    mutating func add(_ name: String, in domain: String, service: String, _ spoken: EndpointProtocol) {
        if domain == "*" {
            add(Name(kind: .label, host: name), service, spoken)
        } else {
            add(Name(kind: .exact, host: "\(name).\(domain)"), service, spoken)
        }
    }

    private mutating func add(_ name: Name, _ service: String, _ spoken: EndpointProtocol) {
        guard !spoken.isHTTP2Only else { return }
        insert(name, service, spoken)
        // What any host with a label at its beginning is found by, the label alone is too.
        if name.kind == .label { insert(Name(kind: .exact, host: name.host), service, spoken) }
    }

    private mutating func insert(_ name: Name, _ service: String, _ spoken: EndpointProtocol) {
        guard known.insert(name).inserted else { return }
        values.append(
            .pointer(
                Structure(
                    EdgeTypes.host,
                    [.string(name.kind.name), .string(name.host), .string(service), .string(spoken.word)])))
    }
}
