internal import Discovery
internal import KeyValue

/// Writes what was said of a port as attributes that an endpoint's value can carry; what it would not be read as is left out.
enum SpelledAttributes {
    /// The attributes of `said`: where it is reached, then the rest by name.
    static func write(_ said: SpelledPort, _ problems: inout [SpellingProblem]) -> [EndpointAttribute] {
        var written: [EndpointAttribute] = []
        var count = 0
        /// A list of networks made no sense: who was meant to be kept out is not let in for it.
        var isClosed = false
        func close(_ source: String, _ reason: String) {
            problems.append(SpellingProblem(name: source, reason: reason + "; nobody is let in until it is right"))
            written.removeAll { Self.lists.contains($0.name) }
            written.append(EndpointAttribute("deny", "0.0.0.0/0,::/0"))
            isClosed = true
        }
        func add(_ attributes: [EndpointAttribute], _ source: String) {
            let isList = attributes.contains { Self.lists.contains($0.name) }
            if isList, isClosed { return }
            let size = attributes.reduce(0) { $0 + EndpointText.attribute($1.name, $1.value).utf8.count + 1 }
            guard count + size <= Spellings.maximumCount else {
                guard !isList else { return close(source, "the list is too long for a value") }
                problems.append(
                    SpellingProblem(
                        name: source,
                        reason: "with it, a value would have more than \(Spellings.maximumCount) octets: "
                            + "write an operator's route under routes/"))
                return
            }
            if let reason = fault(attributes) {
                guard !isList else { return close(source, reason) }
                problems.append(SpellingProblem(name: source, reason: reason))
                return
            }
            count += size
            written += attributes
        }
        for (attributes, source) in ways(said.routes) { add(attributes, source) }
        for attribute in said.attributes.sorted(by: { $0.name < $1.name }) {
            add([EndpointAttribute(attribute.name, attribute.value)], attribute.source)
        }
        return written
    }

    private static let lists = ["allow", "deny"]

    /// The routes: one that is no more than a mount as such, others whole, each with a name of its own.
    private static func ways(_ routes: [SpelledRoute]) -> [(attributes: [EndpointAttribute], source: String)] {
        if routes.count == 1, let route = routes.first {
            if route.isMount { return [(route.mountAttributes, route.source)] }
            let name = route.name.map { "route_" + word($0) } ?? "route"
            return [([EndpointAttribute(name, route.words)], route.source)]
        }
        var names: Set<String> = []
        return routes.prefix(EndpointRoute.limit).enumerated().map { index, route in
            var name = route.name.map(word) ?? "\(index + 1)"
            while !names.insert(name).inserted { name += "-\(index + 1)" }
            return ([EndpointAttribute("route_" + name, route.words)], route.source)
        }
    }

    /// `name` as a part of an attribute's name: registries' metadata have letters, digits, `-` and `_`.
    private static func word(_ name: String) -> String {
        let scalars = name.lowercased().unicodeScalars.prefix(64).map { scalar -> Unicode.Scalar in
            switch scalar {
            case "a"..."z", "0"..."9", "-", "_": scalar
            default: "-"
            }
        }
        return scalars.isEmpty ? "1" : String(String.UnicodeScalarView(scalars))
    }

    /// What a value with `attributes` would be refused for, or leave out.
    private static func fault(_ attributes: [EndpointAttribute]) -> String? {
        let words = attributes.map { EndpointText.attribute($0.name, $0.value) }
        do {
            let value = try EndpointValue(Array((["127.0.0.1:80"] + words).joined(separator: " ").utf8))
            return value.problems.first
        } catch {
            return error.description
        }
    }
}
