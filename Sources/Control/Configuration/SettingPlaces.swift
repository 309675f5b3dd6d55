internal import Discovery
internal import Routing

/// Where the configuration file says what, by the names of settings: `timeouts.connect`, `limits.rate`, `allow`.
struct SettingPlaces: Sendable, Equatable {
    /// A mapping's settings, those within others with their owners' names before a dot.
    typealias Places = [String: Provenance]

    /// What goes for all services.
    private(set) var defaults = Places()
    /// What goes for one service, by its name.
    private(set) var services: [String: Places] = [:]
    /// What goes at one listener, by its name.
    private(set) var listeners: [String: Places] = [:]

    /// Nothing was said.
    init() {}

    /// The places in a whole file.
    init(_ root: DocumentNode, source: String) {
        guard case .mapping(let fields) = root.content else { return }
        for field in fields {
            switch (field.name, field.value.content) {
            case ("defaults", _): defaults = Self.places(in: field.value, source)
            case ("services", .mapping(let all)):
                for service in all { services[service.name] = Self.places(in: service.value, source) }
            case ("listeners", .sequence(let all)):
                for listener in all {
                    guard case .mapping(let members) = listener.content,
                        let name = members.first(where: { $0.name == "address" })?.value.scalar
                    else { continue }
                    listeners[name] = Self.places(in: listener, source)
                }
            default: break
            }
        }
    }

    private static func places(in node: DocumentNode, _ source: String) -> Places {
        var places = Places()
        add(node, source, prefix: "", to: &places)
        return places
    }

    private static func add(_ node: DocumentNode, _ source: String, prefix: String, to places: inout Places) {
        guard case .mapping(let fields) = node.content else { return }
        for field in fields {
            places[prefix + field.name] = Provenance(
                source: "\(source):\(field.place.line):\(field.place.column)")
            add(field.value, source, prefix: "\(prefix)\(field.name).", to: &places)
        }
    }
}

extension EdgeConfiguration {
    /// Puts in where the file, or an endpoint's value in the store, says what an explanation tells.
    func locate(_ explanation: inout Explanation) {
        locate(&explanation.gates, explanation.request.listener, nil)
        for index in explanation.services.indices {
            let service = explanation.services[index]
            locate(&explanation.services[index].gates, explanation.request.listener, service)
            for term in service.terms.indices where service.terms[term].provenance == nil {
                let (names, owner) = (service.terms[term].settings, service.terms[term].of)
                if owner == "listener" {
                    explanation.services[index].terms[term].provenance =
                        places.listeners[explanation.request.listener].flatMap { Self.first(names, in: $0) }
                } else {
                    let (owner, place) = place(of: names, service)
                    explanation.services[index].terms[term].of = owner
                    explanation.services[index].terms[term].provenance = place
                }
            }
        }
    }

    private func locate(_ gates: inout [ExplanationGate], _ listener: String, _ service: ServiceExplanation?) {
        for index in gates.indices where gates[index].provenance == nil {
            if gates[index].of == "listener \(listener)" {
                gates[index].provenance = places.listeners[listener].flatMap {
                    Self.first(gates[index].settings, in: $0)
                }
            } else if let service, gates[index].of == "service \(service.name)" {
                gates[index].provenance = place(of: gates[index].settings, service).place
            }
        }
    }

    private static func first(_ names: [String], in places: SettingPlaces.Places) -> Provenance? {
        names.lazy.compactMap { places[$0] }.first
    }

    /// Who has said a setting of a service, and where; the strongest first, as tables are put together.
    private func place(of names: [String], _ service: ServiceExplanation) -> (owner: String, place: Provenance?) {
        // A part of a service goes by what is said of the whole.
        let name = service.name.split(separator: "@").first.map(String.init) ?? service.name
        if let place = places.services[name].flatMap({ Self.first(names, in: $0) }) { return ("service", place) }
        for attribute in names {
            if let place = service.attributePlaces[attribute.replacing(".", with: "_")] { return ("endpoints", place) }
        }
        if let place = Self.first(names, in: places.defaults) { return ("defaults", place) }
        return ("default", nil)
    }
}
