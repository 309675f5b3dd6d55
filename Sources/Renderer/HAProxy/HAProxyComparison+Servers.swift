extension HAProxyComparison {
    /// A backend's servers as a plan knows them.
    static func servers(of backend: HAProxyBackend) -> [String: HAProxyPlan.Server] {
        var servers: [String: HAProxyPlan.Server] = [:]
        for server in backend.servers {
            servers[server.name] = HAProxyPlan.Server(
                address: server.address, weight: server.settings?.weight ?? 1,
                isDisabled: server.settings?.isDisabled ?? false, settings: server.settings)
        }
        return servers
    }

    /// What makes `old` into `new`; nil if they mean the same.
    func modification(
        from old: HAProxyBackend.Server, to new: HAProxyBackend.Server, _ balance: HAProxyBalance
    ) throws(HAProxyFailure) -> HAProxyPlan.Change? {
        var address: HAProxyAddress?
        if old.addressText != new.addressText {
            guard let before = old.address, let after = new.address else {
                throw HAProxyFailure(
                    "only IP addresses with a port can be changed at run time, not \(old.addressText) to \(new.addressText)"
                )
            }
            if before != after { address = after }
        }
        var weight: Int?
        var isDisabled: Bool?
        if old.words != new.words {
            guard let before = old.settings, let after = new.settings else {
                throw HAProxyFailure("its words differ, and not all of them are known here")
            }
            if let difference = Self.difference(before.fixed, after.fixed) {
                throw HAProxyFailure("`\(difference)` cannot be changed at run time")
            }
            if before.weight != after.weight {
                guard balance.isDynamic else {
                    throw HAProxyFailure("`balance \(balance.description)` takes no other weight at run time")
                }
                weight = after.weight
            }
            if before.isDisabled != after.isDisabled { isDisabled = after.isDisabled }
        }
        if address == nil, weight == nil, isDisabled == nil { return nil }
        return .modify(address: address, weight: weight, isDisabled: isDisabled)
    }

    /// The first setting that is in one list alone, or in another place.
    private static func difference(
        _ before: [HAProxyServerSettings.Setting], _ after: [HAProxyServerSettings.Setting]
    ) -> String? {
        guard before != after else { return nil }
        let setting =
            after.first { !before.contains($0) } ?? before.first { !after.contains($0) } ?? after.first ?? before.first
        return setting.map { ([$0.keyword] + $0.arguments).joined(separator: " ") }
    }

    /// What must follow `add server` for a server that is new.
    func dynamicWords(
        _ server: HAProxyBackend.Server, _ backend: HAProxyBackend, hasDefaults: Bool
    ) throws(HAProxyFailure) -> [String] {
        guard version.hasDynamicServers else {
            throw HAProxyFailure("HAProxy \(version) cannot add servers at run time")
        }
        guard backend.balance.isDynamic, !backend.balance.isOrdered else {
            throw HAProxyFailure("`balance \(backend.balance.description)` takes no new servers at run time")
        }
        guard hasDefaults else {
            throw HAProxyFailure(
                "no defaults stand before its section: what a server starts from may stand in another file")
        }
        guard server.address != nil else {
            throw HAProxyFailure("only an IP address with a port can be added at run time, not \(server.addressText)")
        }
        guard let settings = server.settings else { throw HAProxyFailure("not all of its words are known here") }
        guard !settings.hasAgent else { throw HAProxyFailure("`agent-check` and `track` need a reload") }
        return try settings.dynamicWords()
    }

    /// Why a server cannot be removed at run time, as far as its own section tells.
    func obstacle(to server: HAProxyBackend.Server, in backend: HAProxyBackend) -> String? {
        guard let settings = server.settings else { return "not all of its words are known here" }
        if settings.hasAgent { return "`agent-check` and `track` need a reload" }
        for line in backend.others where line.words.dropFirst().contains(where: { $0.text == server.name }) {
            return "line \(line.number) names it"
        }
        let tracking = backend.servers.first { $0.settings?["track"] == [server.name] }
        return tracking.map { "server \($0.name) tracks it" }
    }

    /// Looks for `backend/server` of servers that go: HAProxy does not delete what rules refer to.
    func findReferences(to backends: [HAProxyPlan.Backend]) throws(HAProxyFailure) {
        var removed: Set<ServerName> = []
        for backend in backends {
            for (name, change) in backend.changes where change == .remove {
                removed.insert(ServerName(backend: backend.name, server: name))
            }
        }
        guard !removed.isEmpty else { return }
        for section in new.sections {
            let octets = section.octets
            for slash in octets.indices where octets[slash] == UInt8(ascii: "/") {
                let before = octets[..<slash].reversed().prefix(while: RuntimeCommand.isNameOctet)
                let after = octets[(slash + 1)...].prefix(while: RuntimeCommand.isNameOctet)
                guard !before.isEmpty, !after.isEmpty else { continue }
                let name = ServerName(
                    backend: String(decoding: before.reversed(), as: UTF8.self),
                    server: String(decoding: after, as: UTF8.self))
                if removed.contains(name) {
                    throw HAProxyFailure("\(section.description) names \(name), which is gone")
                }
            }
        }
    }

    /// Half of HAProxy's buffer, which a line of commands has to fit into (16,384 octets unless the text says otherwise).
    var lineBytesMax: Int {
        let size = new.globalValue("tune.bufsize").flatMap { Int($0) } ?? 16_384
        return max(512, min(size, 1 << 20) / 2)
    }
}
