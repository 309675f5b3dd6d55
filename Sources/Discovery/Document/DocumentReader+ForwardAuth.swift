internal import Routing
internal import Wire

extension DocumentReader {
    /// `forward_auth`: who is asked, or `false` for nobody.
    func forwardAuth(_ node: DocumentNode) -> ForwardAuthSettings? {
        if case .scalar("false", isQuoted: false) = node.content {
            var nobody = ForwardAuth(service: "")
            nobody.isOn = false
            return ForwardAuthSettings(nobody)
        }
        let keys = ["service", "address", "path", "host", "request_headers", "response_headers", "timeout"]
        let members = fields(of: node, in: "forward_auth", keys: keys)
        guard case .mapping = node.content, let target = target(members, at: node) else { return nil }
        var forwardAuth = ForwardAuth(service: target.service)
        if let node = members["path"], let path = string(node, "forward_auth.path") {
            if !path.hasPrefix("/") || path.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x23 }) {
                report("forward_auth.path is \"\(path)\": it begins with a / and has no blanks", at: node)
            }
            forwardAuth.path = path
        }
        if let node = members["host"], let host = string(node, "forward_auth.host") {
            if HostName.canonical(host) == nil {
                report("forward_auth.host is \"\(host)\": it is a host's name", at: node)
            }
            forwardAuth.host = host
        }
        if members["request_headers"] != nil { forwardAuth.requestHeaders = fieldNames(members, "request_headers") }
        forwardAuth.responseHeaders = fieldNames(members, "response_headers")
        if let timeout = milliseconds(members["timeout"], "forward_auth.timeout"), let node = members["timeout"] {
            if timeout == 0 { report("forward_auth.timeout is 0: without an end requests would gather", at: node) }
            forwardAuth.timeout = timeout
        }
        return ForwardAuthSettings(forwardAuth, address: target.address)
    }

    private func target(
        _ members: [String: DocumentNode], at node: DocumentNode
    ) -> (service: String, address: String?)? {
        switch (members["service"], members["address"]) {
        case (let name?, nil): return string(name, "forward_auth.service").map { ($0, nil) }
        case (nil, let place?):
            guard let text = string(place, "forward_auth.address") else { return nil }
            guard EndpointAddress(text) != nil else {
                report(
                    "forward_auth.address is \"\(text)\": it is an IP address with a port, as 10.0.0.9:80", at: place)
                return nil
            }
            return ("", text)
        case (nil, nil): report("forward_auth asks nobody: add service: NAME or address: IP:PORT", at: node)
        case (_?, let place?): report("forward_auth has service and address: take one of the two out", at: place)
        }
        return nil
    }

    private func fieldNames(_ members: [String: DocumentNode], _ key: String) -> [String] {
        guard let node = members[key] else { return [] }
        let framing = [
            "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-connection", "te",
            "trailer", "transfer-encoding", "upgrade",
        ]
        let names = strings(node, "forward_auth.\(key)")
        for name in names where !DocumentNode.isToken(name) || framing.contains(name.lowercased()) {
            report("\"\(name)\" in forward_auth.\(key) is no field that may be named here", at: node)
        }
        return names
    }
}
