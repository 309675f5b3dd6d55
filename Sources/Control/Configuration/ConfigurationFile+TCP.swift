internal import Discovery
internal import Gateway
internal import Routing
internal import Wire

/// Listeners with `protocol: tcp`, and PROXY headers at listeners of both kinds.
extension ConfigurationFile {
    /// The keys that only those have.
    static let tcpKeys = ["service", "sni", "balance"]

    private enum ListenerProtocol: String, CaseIterable {
        case http
        case tcp
    }

    func readProxyProtocol(
        _ node: DocumentNode?, into listener: inout ListenerConfiguration, with reader: DocumentReader
    ) {
        guard let node, let reads = reader.boolean(node, "proxy_protocol") else { return }
        listener.readsProxy = reads
        guard reads, case .ip = listener.address, configuration.trustedProxies.isEmpty else { return }
        reader.report(
            "proxy_protocol is true, but nobody is trusted to tell: name the proxies in trusted_proxies", at: node)
    }

    mutating func readTCP(
        _ members: [String: DocumentNode], at item: DocumentNode, into listener: inout ListenerConfiguration,
        with reader: DocumentReader
    ) {
        let kind = reader.choice(members["protocol"], "protocol", of: ListenerProtocol.self)
        guard kind == .tcp else {
            for key in Self.tcpKeys {
                guard let node = members[key] else { continue }
                reader.report("\(key) is of listeners that forward connections: add protocol: tcp", at: node)
            }
            return
        }
        for key in ["redirect", "http2"] {
            guard let node = members[key] else { continue }
            reader.report(
                "\(key) is of requests, of which a listener with protocol: tcp reads none: take it out", at: node)
        }
        if let node = members["limits"], listener.access.rate != nil || listener.requestBodyLimit != nil {
            reader.report(
                "limits.rate and request_body are of requests, of which a listener with protocol: tcp reads none: "
                    + "connection_rate and connections_per_address are of connections", at: node)
        }
        listener.http2 = false
        var tcp = TCPListenerConfiguration(service: reader.string(members["service"], "service"))
        if let names = members["sni"] { readNames(names, into: &tcp, with: reader) }
        if tcp.service == nil, tcp.names.isEmpty {
            reader.report(
                "protocol: tcp without a service: add service: NAME, or sni: with names and services", at: item)
        }
        listener.tcp = tcp
        guard let node = members["balance"], let balance = reader.choice(node, "balance", of: Balance.self) else {
            return
        }
        for service in Set(tcp.names.values).union(tcp.service.map { [$0] } ?? []).sorted() {
            if let other = configuration.listenerBalances[service], other != balance {
                reader.report(
                    "balance of service \(service) is \(other.rawValue) at another listener: one of both", at: node)
            }
            configuration.listenerBalances[service] = balance
        }
    }

    /// `sni:`, names and their services.
    private func readNames(
        _ node: DocumentNode, into tcp: inout TCPListenerConfiguration, with reader: DocumentReader
    ) {
        for field in reader.namedFields(of: node, in: "sni") {
            guard let service = reader.string(field.value, "sni.\(field.name)") else { continue }
            if field.name == "default" {
                if tcp.service != nil {
                    reader.report("sni.default and service say the same: write one of them", at: field.value)
                }
                tcp.service = service
                continue
            }
            let isEnding = field.name.hasPrefix("*.")
            let name = isEnding ? String(field.name.dropFirst(2)) : field.name
            guard !name.contains("*"), !name.contains(":"), let canonical = HostName.canonical(name) else {
                reader.report(
                    "\"\(field.name)\" in sni: a name is a.example.com, *.example.com for all below it, or default",
                    at: field.value)
                continue
            }
            tcp.names[(isEnding ? "*." : "") + canonical] = service
        }
    }
}
