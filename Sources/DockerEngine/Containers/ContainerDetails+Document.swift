extension ContainerDetails: EngineDocument {
    /// Reads `GET /containers/{id}/json` of any version of the API; what is missing or null is empty here.
    ///
    /// Throws if it is not JSON, or names no container.
    public init(document: [UInt8]) throws {
        let wire = try Self.decode(Wire.self, document)
        self.init(
            id: wire.id, name: wire.name.hasPrefix("/") ? String(wire.name.dropFirst()) : wire.name,
            image: wire.config.image, hostname: wire.config.hostname, environment: wire.config.environment,
            labels: wire.config.labels, exposedPorts: wire.config.exposedPorts, ports: wire.network.ports,
            networkMode: wire.host.networkMode, networks: wire.network.networks.mapValues { $0.attachment },
            bridgeAddress: wire.network.address, state: wire.state.state, document: document)
    }

    // MARK: The engine's JSON

    private struct Wire: Decodable {
        let id, name: String
        let config: Config
        let host: Host
        let network: Network
        let state: State

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case name = "Name"
            case config = "Config"
            case host = "HostConfig"
            case network = "NetworkSettings"
            case state = "State"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            id = try fields.decode(String.self, forKey: .id)
            name = fields.read(.name, "")
            config = fields.read(.config, Config())
            host = fields.read(.host, Host())
            network = fields.read(.network, Network())
            state = fields.read(.state, State())
        }
    }

    private struct Nothing: Decodable {
        init(from decoder: any Decoder) {}
    }

    private struct Config: Decodable {
        var image = ""
        var hostname = ""
        var environment: [String] = []
        var labels: [String: String] = [:]
        var exposedPorts: [ContainerPort] = []

        enum CodingKeys: String, CodingKey {
            case image = "Image"
            case hostname = "Hostname"
            case environment = "Env"
            case labels = "Labels"
            case exposedPorts = "ExposedPorts"
        }

        init() {}

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            image = fields.read(.image, "")
            hostname = fields.read(.hostname, "")
            environment = fields.read(.environment, [])
            labels = fields.read(.labels, [:])
            let exposed: [String: Nothing] = fields.read(.exposedPorts, [:])
            var room = ContainerPort.most
            exposedPorts = Set(exposed.keys.flatMap { ContainerPort.ports($0, room: &room) }).sorted()
        }
    }

    private struct Host: Decodable {
        var networkMode = ""

        enum CodingKeys: String, CodingKey {
            case networkMode = "NetworkMode"
        }

        init() {}

        init(from decoder: any Decoder) throws {
            networkMode = try decoder.container(keyedBy: CodingKeys.self).read(.networkMode, "")
        }
    }

    private struct Network: Decodable {
        var address = ""
        var ports: [ContainerPort: [PortBinding]] = [:]
        var networks: [String: Attachment] = [:]

        enum CodingKeys: String, CodingKey {
            case address = "IPAddress"
            case ports = "Ports"
            case networks = "Networks"
        }

        init() {}

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            address = fields.read(.address, "")
            networks = fields.read(.networks, [String: Attachment?]()).compactMapValues { $0 }
            let published: [String: [Binding]?] = fields.read(.ports, [:])
            var room = ContainerPort.most
            for (text, bindings) in published {
                for port in ContainerPort.ports(text, room: &room) {
                    ports[port, default: []] += (bindings ?? []).compactMap(\.binding)
                }
            }
        }
    }

    private struct Binding: Decodable {
        let binding: PortBinding?

        enum CodingKeys: String, CodingKey {
            case address = "HostIp"
            case port = "HostPort"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            let address = fields.read(.address, "")
            binding = UInt16(fields.read(.port, "")).flatMap {
                $0 > 0 ? PortBinding(address: address, port: $0) : nil
            }
        }
    }

    private struct Attachment: Decodable {
        let attachment: NetworkAttachment

        enum CodingKeys: String, CodingKey {
            case networkID = "NetworkID"
            case address = "IPAddress"
            case address6 = "GlobalIPv6Address"
            case aliases = "Aliases"
            case names = "DNSNames"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            // From API 1.45 on the names are in DNSNames, and Aliases has only what the user gave.
            let aliases = fields.read(.aliases, [String]())
            let names = fields.read(.names, [String]()).filter { !aliases.contains($0) }
            attachment = NetworkAttachment(
                networkID: fields.read(.networkID, ""), address: fields.read(.address, ""),
                address6: fields.read(.address6, ""), aliases: aliases + names)
        }
    }

    private struct State: Decodable {
        var state = ContainerState(status: "", isRunning: false)

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case isRunning = "Running"
            case isPaused = "Paused"
            case exitCode = "ExitCode"
            case health = "Health"
        }

        private struct Health: Decodable {
            var status: String

            enum CodingKeys: String, CodingKey {
                case status = "Status"
            }
        }

        init() {}

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            let health: Health? = fields.read(.health, nil)
            state = ContainerState(
                status: fields.read(.status, ""), isRunning: fields.read(.isRunning, false),
                isPaused: fields.read(.isPaused, false), exitCode: fields.read(.exitCode, 0),
                health: health.flatMap { ContainerState.Health(rawValue: $0.status) } ?? .none)
        }
    }
}

extension ContainerPort {
    /// Reads `80/tcp`, `53/udp` or `80`; nil if it is none of them.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let number = Self.number(first),
            let transport = parts.count == 1 ? .tcp : Transport(rawValue: parts[1].lowercased())
        else { return nil }
        self.init(number, transport)
    }

    /// How many ports a container may have here: all there are of each transport.
    fileprivate static let most = 3 * 65_535

    /// What engines write where a port stands, which old ones let be a range: `8000-8010/tcp`.
    ///
    /// - Parameters:
    ///   - room: how many ports there may be still; a range that has no room is none.
    fileprivate static func ports(_ text: String, room: inout Int) -> [ContainerPort] {
        if let port = ContainerPort(text) { return [port] }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let ends = (parts.first ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, ends.count == 2, let first = number(ends[0]), let last = number(ends[1]),
            first <= last, Int(last - first) < room,
            let transport = parts.count == 1 ? .tcp : Transport(rawValue: parts[1].lowercased())
        else { return [] }
        room -= Int(last - first) + 1
        return (first...last).map { ContainerPort($0, transport) }
    }

    private static func number(_ text: some StringProtocol) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt16(text), number > 0
        else { return nil }
        return number
    }
}
