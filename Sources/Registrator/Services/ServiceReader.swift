public import DockerEngine

/// Reads a container as services: its ports, names, IDs, addresses and what it says of itself.
///
/// Pure: the same description gives the same services.
public struct ServiceReader: Sendable {
    /// How services look.
    public let rules: ServiceRules

    /// A reader by `rules`.
    public init(_ rules: ServiceRules) {
        self.rules = rules
    }

    /// The services of `container`.
    ///
    /// - Parameter carrier: the container whose network it shares, if it runs in `container:` mode and that one is known.
    public func read(_ container: ContainerDetails, carrier: ContainerDetails? = nil) -> ServiceReading {
        var reading = ServiceReading()
        // Who used Traefik with exposedByDefault=false has labelled what is to be served.
        let optIn = container.labels["portico.enable"] ?? container.labels["traefik.enable"]
        if rules.isOptIn, !Self.isTrue(optIn ?? "") {
            reading.note("it has no label portico.enable=true")
            return reading
        }
        let wishes = rules.isCompatible ? EdgeWishes() : Self.wishes(of: container)
        for problem in wishes.problems {
            reading.note(problem.description, isProblem: problem.severity == .warning)
        }
        guard !wishes.isIgnored else {
            reading.note("its labels say that it is not to be known")
            return reading
        }
        let candidates = candidates(of: container, carrier, wishes, &reading)
        for candidate in candidates {
            guard let service = service(of: container, candidate, among: candidates, &reading) else { continue }
            reading.services.append(service)
        }
        for index in reading.services.indices where !reading.services[index].id.hasSuffix(":udp") {
            reading.services[index].attributes = wishes.attributes[reading.services[index].containerPort] ?? []
        }
        return reading
    }

    private static func wishes(of container: ContainerDetails) -> EdgeWishes {
        var environment: [String: String] = [:]
        for variable in container.environment {
            guard let equals = variable.firstIndex(of: "=") else { continue }
            environment[String(variable[..<equals])] = String(variable[variable.index(after: equals)...])
        }
        let ports = Set(container.exposedPorts + container.ports.keys).filter { $0.transport == .tcp }
        return Spellings.read(
            labels: container.labels, environment: environment, ports: ports.map(\.number).sorted())
    }

    /// `true`, `1`, `yes` or `on`, in whatever case.
    static func isTrue(_ text: String) -> Bool {
        ["true", "1", "yes", "on"].contains(text.lowercased())
    }

    /// `false`, `0`, `no` or `off`, in whatever case.
    static func isFalse(_ text: String) -> Bool {
        ["false", "0", "no", "off"].contains(text.lowercased())
    }

    // MARK: Ports

    /// The ports that may be services, by number: those that can be reached.
    private func candidates(
        of container: ContainerDetails, _ carrier: ContainerDetails?, _ wishes: EdgeWishes,
        _ reading: inout ServiceReading
    ) -> [ServiceCandidate] {
        var bindings: [ContainerPort: [PortBinding]] = [:]
        // What a container of the host's own network exposes is open on the host.
        for port in container.exposedPorts { bindings[port] = [PortBinding(address: "", port: port.number)] }
        bindings.merge(container.ports) { _, published in published }
        if container.networkMode == "none" {
            if !bindings.isEmpty { reading.note("it has no network") }
            return []
        }
        // A port that is named, but not exposed, can be reached on the container's own address.
        for number in wishes.attributes.keys where bindings[ContainerPort(number)] == nil {
            bindings[ContainerPort(number)] = []
        }
        if bindings.isEmpty { reading.note("no published ports") }
        var found: [ServiceCandidate] = []
        for (port, published) in bindings.sorted(by: { $0.key < $1.key }) {
            if port.transport == .sctp, !rules.isCompatible {
                reading.note("port \(port.number)/sctp: there are services over TCP and UDP only", isProblem: true)
                continue
            }
            let metadata = ServiceMetadata(of: container, port: port.number)
            let network = rules.isCompatible ? rules.network : metadata["network"] ?? rules.network
            let place = ServicePlace(
                rules: rules, container: container, carrier: carrier, network: network, port: port)
            guard let address = place.address(published: published, &reading) else { continue }
            found.append(ServiceCandidate(port: port, metadata: metadata, address: address))
        }
        return found
    }

    // MARK: Services

    private func service(
        of container: ContainerDetails, _ candidate: ServiceCandidate, among candidates: [ServiceCandidate],
        _ reading: inout ServiceReading
    ) -> HostedService? {
        let (port, metadata) = (candidate.port, candidate.metadata)
        if let ignore = metadata["ignore"], rules.isCompatible || !Self.isFalse(ignore) {
            reading.note("service on port \(port.number)")
            return nil
        }
        guard let base = metadata["name"] ?? defaultName(of: container) else {
            reading.note("service on port \(port.number)")
            return nil
        }
        let hasPort =
            rules.isCompatible ? candidates.count > 1 && !metadata.ofPort.contains("name") : true
        let name = hasPort ? "\(base)-\(port.number)" : base
        guard rules.isCompatible || Self.isPlain(name) else {
            reading.note(
                "port \(port.number): its service's name \"\(name)\" holds a slash, a blank or a control character",
                isProblem: true)
            return nil
        }
        return HostedService(
            id: id(of: container, candidate, among: candidates, &reading), name: name, address: candidate.address.host,
            port: candidate.address.port, tags: tags(of: container, candidate, &reading),
            metadata: metadata.remainder, container: container.id, containerName: container.name,
            containerPort: port.number)
    }

    /// The image's name; nil if what has no name is to be left out.
    private func defaultName(of container: ContainerDetails) -> String? {
        rules.isExplicit ? nil : ImageName.base(container.image) ?? container.name
    }

    private static func isPlain(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "/" }
    }

    private func id(
        of container: ContainerDetails, _ candidate: ServiceCandidate, among candidates: [ServiceCandidate],
        _ reading: inout ServiceReading
    ) -> String {
        let port = candidate.port
        let isDatagram = port.transport == .udp
        let own = "\(rules.hostname):\(container.name):\(port.number)" + (isDatagram ? ":udp" : "")
        guard let id = candidate.metadata["id"] else { return own }
        guard rules.isCompatible || Self.isPlain(id) else {
            reading.note(
                "SERVICE_ID \"\(id)\" holds a slash, a blank or a control character: it is \(own)", isProblem: true)
            return own
        }
        // Metadata is told of a number, not of a transport: one of two would take the other's place.
        let isShared = isDatagram && candidates.contains { $0.port == ContainerPort(port.number) }
        return isShared ? "\(id):udp" : id
    }

    /// What the container says, then what the command line says, then the transport; gliderlabs' has each of the first two from
    /// behind.
    private func tags(
        of container: ContainerDetails, _ candidate: ServiceCandidate, _ reading: inout ServiceReading
    ) -> [String] {
        var parts = [TagList.split(candidate.metadata["tags"] ?? "")]
        if let template = rules.tags {
            do throws(TagTemplateError) {
                parts.append(TagList.split(try template.text(for: container)))
            } catch {
                reading.note("\(error): it goes without these tags", isProblem: true)
            }
        }
        let tags = parts.flatMap { rules.isCompatible ? $0.reversed() : $0 }
        return candidate.port.transport == .udp ? tags + ["udp"] : tags
    }
}

/// A port that can be reached, before it is known whether it is a service.
struct ServiceCandidate {
    /// The port of the container.
    var port: ContainerPort
    /// What is said of it.
    var metadata: ServiceMetadata
    /// Where it is reached.
    var address: (host: String, port: UInt16)
}
