internal import Routing
internal import Wire

/// The files that a `tls` of a service names, each with its place: whoever reads the document reads them too.
public struct UpstreamTLSFiles: Sendable {
    /// `ca`: PEM certificates of authorities.
    public var authorities: DocumentNode?
    /// `certificate`: PEM certificates to show.
    public var certificate: DocumentNode?
    /// `key`: the PEM key of the first of them.
    public var key: DocumentNode?

    /// No files.
    public init() {}
}

extension DocumentReader {
    /// What endpoints speak; aliases are understood as in an endpoint's attribute.
    func endpointProtocol(_ node: DocumentNode) -> EndpointProtocol? {
        if let value = node.scalar.flatMap(EndpointProtocol.init(word:)) { return value }
        report("protocol is \(quoted(node)): \(EndpointProtocol.known)", at: node)
        return nil
    }

    /// A service's `tls`; the files that it names are not read here.
    func upstreamTLS(_ node: DocumentNode) -> (policy: UpstreamTLSPolicy, files: UpstreamTLSFiles) {
        var policy = UpstreamTLSPolicy()
        var files = UpstreamTLSFiles()
        let members = fields(of: node, in: "tls", keys: ["ca", "server_name", "verify", "certificate", "key"])
        policy.verifies = boolean(members["verify"], "tls.verify")
        if let name = members["server_name"] { policy.serverName = serverName(name) }
        func file(_ key: String) -> DocumentNode? {
            members[key].flatMap { string($0, "tls.\(key)") == nil ? nil : $0 }
        }
        files.authorities = file("ca")
        files.certificate = file("certificate")
        files.key = file("key")
        if policy.verifies == false, let ca = members["ca"] {
            report("tls.ca does nothing, for verify is false: take one of the two out", at: ca)
        }
        switch (members["certificate"], members["key"]) {
        case (let lone?, nil): report("tls.certificate has no key: add key: FILE", at: lone)
        case (nil, let lone?): report("tls.key has no certificate: add certificate: FILE", at: lone)
        default: break
        }
        return (policy, files)
    }

    /// A host's name in the form in which it is asked for: RFC 6066 §3 knows no addresses.
    private func serverName(_ node: DocumentNode) -> String? {
        guard let text = string(node, "tls.server_name") else { return nil }
        let name = HostName.canonical(text)
        let isAddress = EndpointAddress("\(text):1") != nil || text.hasPrefix("[")
        guard let name, !isAddress else {
            report(
                "tls.server_name is \"\(text)\": it is a host's name; without one the endpoint's address is verified",
                at: node)
            return nil
        }
        return name
    }
}
