internal import Certificates
internal import Discovery
internal import Gateway
internal import Routing

/// `listeners`: where the edge listens, and how it does TLS there.
extension ConfigurationFile {
    private static let listenerKeys =
        ["address", "protocol", "redirect", "tls", "http2", "proxy_protocol", "limits"] + tcpKeys
        + DocumentReader.accessKeys
    private static let tlsKeys = ["certificates", "minimum", "client_ca", "client_auth", "default", "hsts", "ocsp"]

    mutating func readListeners(_ node: DocumentNode?, _ files: NamedFiles, with reader: DocumentReader) {
        guard let node else { return }
        for item in reader.items(of: node, in: "listeners") {
            let members = reader.fields(of: item, in: "a listener", keys: Self.listenerKeys)
            // What is empty counts as not there; of this key that would open a port in the clear.
            if item.hasEmptyMember("tls") { reader.report("tls is empty: write tls: true, or a mapping", at: item) }
            guard let place = members["address"] else {
                reader.report("a listener has no address: add address: \":80\"", at: item)
                continue
            }
            guard let text = reader.string(place, "address") else { continue }
            guard let address = ListenAddress(text: text) else {
                reader.report("address is \"\(text)\": \(ListenAddress.forms)", at: place)
                continue
            }
            if configuration.listeners.contains(where: { $0.address == address && address.isShareable == false }) {
                reader.report("address \"\(text)\" is there twice: each listener has its own", at: place)
            }
            var listener = EdgeListener(address: address, name: text)
            if let tls = members["tls"] { readTLS(tls, files, into: &listener, with: reader) }
            if let redirect = members["redirect"] {
                if redirect.scalar != "https" { reader.report("redirect is https, or left out", at: redirect) }
                if listener.gateway.tls != nil {
                    reader.report("redirect would lead back here, for the listener has tls: take it out", at: redirect)
                }
                listener.gateway.redirectsToHTTPS = true
            }
            listener.gateway.access = reader.access(members)
            if let limits = members["limits"] { readLimits(limits, into: &listener.gateway, with: reader) }
            if let http2 = reader.boolean(members["http2"], "http2") { listener.gateway.http2 = http2 }
            readProxyProtocol(members["proxy_protocol"], into: &listener.gateway, with: reader)
            readTCP(members, at: item, into: &listener.gateway, with: reader)
            configuration.listeners.append(listener)
        }
    }

    /// What clients may do here, whatever they ask for.
    private func readLimits(
        _ node: DocumentNode, into listener: inout ListenerConfiguration, with reader: DocumentReader
    ) {
        let keys = ["rate", "connections_per_address", "connection_rate", "request_body"]
        let members = reader.fields(of: node, in: "limits of a listener", keys: keys)
        listener.access.rate = reader.rate(members["rate"], "limits.rate")
        listener.connectionsPerAddress =
            reader.integer(members["connections_per_address"], "limits.connections_per_address", in: 0...65_534) ?? 0
        if let node = members["connection_rate"], let rate = reader.rate(node, "limits.connection_rate") {
            if rate.key != .address {
                reader.report("limits.connection_rate is by address: nothing else is known of a connection", at: node)
            }
            listener.connectionRate = rate
        }
        listener.requestBodyLimit = reader.octets(members["request_body"], "limits.request_body") ?? nil
    }

    /// `tls: true`, or a mapping that says more.
    private func readTLS(
        _ node: DocumentNode, _ files: NamedFiles, into listener: inout EdgeListener, with reader: DocumentReader
    ) {
        var members: [String: DocumentNode] = [:]
        switch node.content {
        case .scalar("false", isQuoted: false): return
        case .scalar("true", isQuoted: false): break
        case .scalar:
            reader.report("tls is \(node.scalar.map { "\"\($0)\"" } ?? ""): it is true, or a mapping", at: node)
        default: members = reader.fields(of: node, in: "tls", keys: Self.tlsKeys)
        }
        listener = EdgeListener(tls: listener.address, name: listener.name)
        if let folder = reader.string(members["certificates"], "tls.certificates") {
            listener.certificates?.folder = files.path(folder)
        }
        if let staples = reader.boolean(members["ocsp"], "tls.ocsp") { listener.certificates?.staples = staples }
        if let fallback = reader.string(members["default"], "tls.default") {
            listener.certificates?.fallback =
                switch fallback {
                case "first": .first
                case "refuse": .refuse
                default: .named(fallback)
                }
        }
        var tls = TLSListenerConfiguration()
        if let minimum = reader.choice(
            members["minimum"], "tls.minimum", of: TLSListenerConfiguration.Version.self)
        {
            tls.minimum = minimum
        }
        if let node = members["hsts"], let value = reader.string(node, "tls.hsts") {
            if !StrictTransportSecurity.isValid(value) {
                reader.report("tls.hsts is \"\(value)\": \(StrictTransportSecurity.form)", at: node)
            }
            tls.strictTransportSecurity = value
        }
        readClientAuthentication(members, files, into: &tls, with: reader)
        listener.gateway.tls = tls
    }

    private func readClientAuthentication(
        _ members: [String: DocumentNode], _ files: NamedFiles, into tls: inout TLSListenerConfiguration,
        with reader: DocumentReader
    ) {
        let asked = reader.choice(
            members["client_auth"], "tls.client_auth", of: TLSListenerConfiguration.ClientAuthentication.self)
        guard let authorities = members["client_ca"] else {
            if let asked, asked != .none, let node = members["client_auth"] {
                reader.report(
                    "tls.client_auth is \(asked.rawValue), but no authority is named: add client_ca: FILE", at: node)
            }
            return
        }
        // Who names authorities and says no more wants to see certificates of theirs.
        tls.clientAuthentication = asked ?? .require
        guard reader.string(authorities, "tls.client_ca") != nil,
            let octets = files.authorities(authorities, "tls.client_ca"), tls.clientAuthentication != .none
        else { return }
        tls.clientAuthorities = octets
    }
}

extension DocumentNode {
    /// Whether it is a mapping in which `name` stands without a value.
    fileprivate func hasEmptyMember(_ name: String) -> Bool {
        guard case .mapping(let fields) = content else { return false }
        return fields.contains { field in
            guard field.name == name, case .null = field.value.content else { return false }
            return true
        }
    }
}

extension ListenAddress {
    /// Whether several listeners may have it: the kernel chooses another port for each.
    fileprivate var isShareable: Bool {
        guard case .ip(let address) = self else { return false }
        return address.port == 0
    }
}
