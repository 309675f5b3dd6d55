@testable import DockerEngine

/// A container as `docker run` with these arguments makes it, of an image that exposes port 80, as engines describe it.
struct RunCommand {
    /// The number of the container: its address on the bridge is 172.17.0.(number + 1).
    static func container(_ arguments: String, number: Int = 1) -> ContainerDetails {
        var words = arguments.split(separator: " ").map(String.init)[...]
        let id = String(repeating: "0", count: 60) + String(1000 + number)
        var container = ContainerDetails(
            id: id, name: "", hostname: String(id.prefix(12)), exposedPorts: [ContainerPort(80)])
        var isAllPublished = false
        while let word = words.popFirst() {
            switch word {
            case "-d": break
            case "-P": isAllPublished = true
            case "--name": container.name = words.popFirst() ?? ""
            case "--net": container.networkMode = words.popFirst() ?? ""
            case "-e": container.environment.append(words.popFirst() ?? "")
            case "-l", "--label":
                let pair = (words.popFirst() ?? "").split(separator: "=", maxSplits: 1).map(String.init)
                container.labels[pair[0]] = pair.count == 2 ? pair[1] : ""
            case "-p": publish(words.popFirst() ?? "", in: &container)
            case "--expose": container.exposedPorts += port(words.popFirst() ?? "").map { [$0] } ?? []
            default: container.image = word
            }
        }
        finish(&container, number: number, isAllPublished)
        return container
    }

    /// `[IP:]PORT:PORT[/udp]`.
    private static func publish(_ text: String, in container: inout ContainerDetails) {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count >= 2, let port = port(parts[parts.count - 1]),
            let number = UInt16(parts[parts.count - 2])
        else { return }
        if !container.exposedPorts.contains(port) { container.exposedPorts.append(port) }
        container.ports[port] =
            parts.count == 3
            ? [PortBinding(address: parts[0], port: number)]
            : [PortBinding(address: "0.0.0.0", port: number), PortBinding(address: "::", port: number)]
    }

    private static func port(_ text: String) -> ContainerPort? {
        let parts = text.split(separator: "/")
        guard let number = UInt16(parts[0]) else { return nil }
        return ContainerPort(
            number, parts.count == 2 ? ContainerPort.Transport(rawValue: String(parts[1])) ?? .tcp : .tcp)
    }

    private static func finish(_ container: inout ContainerDetails, number: Int, _ isAllPublished: Bool) {
        guard container.networkMode != "host", container.networkMode != "none",
            !container.networkMode.hasPrefix("container:")
        else {
            container.ports = [:]
            return
        }
        for (index, port) in container.exposedPorts.enumerated() where container.ports[port] == nil {
            container.ports[port] =
                isAllPublished ? [PortBinding(address: "0.0.0.0", port: UInt16(32773 + index))] : []
        }
        let isBridge = ["bridge", "default"].contains(container.networkMode)
        let address = isBridge ? "172.17.0.\(number + 1)" : "172.18.0.\(number + 1)"
        container.networks[isBridge ? "bridge" : container.networkMode] = NetworkAttachment(
            networkID: "n-\(container.networkMode)", address: address)
        if isBridge { container.bridgeAddress = address }
    }
}
