internal import DockerEngine

/// Where a container's port is reached: on the host, or at the container's own address.
struct ServicePlace {
    var rules: ServiceRules
    var container: ContainerDetails
    /// The container whose network it shares.
    var carrier: ContainerDetails?
    /// The network whose addresses are told; empty for any.
    var network: String
    var port: ContainerPort

    /// The address; nil if there is none, which `reading` is told.
    func address(
        published: [PortBinding], _ reading: inout ServiceReading
    ) -> (host: String, port: UInt16)? {
        guard var found = place(published, &reading) else { return nil }
        if !rules.addressLabel.isEmpty, !(rules.isCompatible && isCarried) {
            if let text = container.labels[rules.addressLabel], !text.isEmpty {
                found.host = text.lastIndex(of: "/").map { String(text[..<$0]) } ?? text
            } else {
                reading.note("label '\(rules.addressLabel)' not found in container configuration")
            }
        }
        guard !found.host.isEmpty else {
            reading.note("port \(port.number) has no address", isProblem: true)
            return nil
        }
        return found
    }

    private var isCarried: Bool { container.networkMode.hasPrefix("container:") }

    /// Whether the container's own address is told.
    private var isInternal: Bool { rules.isInternal || !network.isEmpty }

    private func place(
        _ published: [PortBinding], _ reading: inout ServiceReading
    ) -> (host: String, port: UInt16)? {
        if isCarried {
            guard let carrier else {
                reading.note(
                    "port \(port.number): the container whose network it shares is not running", isProblem: true)
                return nil
            }
            if carrier.networkMode == "host" { return (rules.hostAddress, port.number) }
            if isInternal || rules.isCompatible { return inside(carrier, &reading) }
            return outside(carrier.ports[port] ?? [], &reading)
        }
        if container.networkMode == "host" {
            // Its network is the host's: it has no address of its own, in whatever network it is looked for.
            return (rules.hostAddress, port.number)
        }
        return isInternal ? inside(container, &reading) : outside(published, &reading)
    }

    // MARK: On the host

    private func outside(
        _ published: [PortBinding], _ reading: inout ServiceReading
    ) -> (host: String, port: UInt16)? {
        let bindings = published.filter { $0.port != 0 }
        guard let binding = choose(bindings) else {
            reading.note("port \(port.number) not published on host")
            return nil
        }
        let isWildcard = ["", "0.0.0.0", "::"].contains(binding.address)
        if rules.isCompatible || isWildcard || !Self.isLoopback(binding.address) || Self.isLoopback(rules.hostAddress) {
            return (isWildcard || rules.isAddressForced ? rules.hostAddress : binding.address, binding.port)
        }
        // Others would reach themselves there, or a stranger at the host's address.
        reading.note("port \(port.number) is published on \(binding.address) only, which others cannot reach")
        return nil
    }

    private func choose(_ bindings: [PortBinding]) -> PortBinding? {
        if rules.isCompatible { return bindings.first }
        let wanted = bindings.filter { $0.address.contains(":") == (rules.family == .ipv6) }
        // One that others can reach before one that they cannot.
        return wanted.first { !Self.isLoopback($0.address) } ?? bindings.first { !Self.isLoopback($0.address) }
            ?? bindings.first
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1"
    }

    // MARK: At the container

    private func inside(
        _ container: ContainerDetails, _ reading: inout ServiceReading
    ) -> (host: String, port: UInt16)? {
        guard network.isEmpty else {
            guard let attachment = container.networks[network] else {
                let known = container.networks.keys.sorted().joined(separator: ", ")
                reading.note(
                    "port \(port.number): it is not in network \(network)\(known.isEmpty ? "" : ", but in \(known)")",
                    isProblem: true)
                return nil
            }
            return (address(attachment), port.number)
        }
        if rules.isCompatible, !container.bridgeAddress.isEmpty { return (container.bridgeAddress, port.number) }
        let own = container.networkMode == "default" ? "bridge" : container.networkMode
        // The network that it was started in; others by name. What Swarm spreads requests over is no place to send them to.
        let named = container.networks.sorted { $0.key < $1.key }
        let ordered = named.filter { $0.key == own || $0.value.networkID == own } + named.filter { $0.key != "ingress" }
        for (_, attachment) in ordered {
            let address = address(attachment)
            if !address.isEmpty { return (address, port.number) }
        }
        return (container.bridgeAddress, port.number)
    }

    private func address(_ attachment: NetworkAttachment) -> String {
        let (first, second) =
            rules.family == .ipv6
            ? (attachment.address6, attachment.address) : (attachment.address, attachment.address6)
        return first.isEmpty ? second : first
    }
}
