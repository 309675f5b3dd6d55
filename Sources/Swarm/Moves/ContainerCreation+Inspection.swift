extension ContainerCreation {
    /// A network that a container is connected to besides the one that it is made with.
    struct Connection: Sendable, Equatable {
        /// The network's name.
        var network: String
        /// How: addresses that were asked for, aliases, links.
        var endpoint: JSONValue
    }

    /// What a container was made of, read from its inspection: to make it anew elsewhere, with its name, its labels and the
    /// ID that stays with it.
    ///
    /// - Throws: ``PlacementError`` if it is no inspection, or its policies cannot be.
    init(inspection: JSONValue, placement: NodeContainer) throws(PlacementError) {
        guard let id = inspection["Id"].text, inspection["Config"].object != nil else {
            throw PlacementError("the container's inspection is none")
        }
        var body = inspection["Config"]
        var host = inspection["HostConfig"]
        let mode = host["NetworkMode"].text ?? ""
        let isShared = mode.hasPrefix("container:")
        // A name that the engine made up of the ID, and the host's, are not the container's own.
        if isShared || mode == "host" || body["Hostname"].text.map({ !$0.isEmpty && id.hasPrefix($0) }) == true {
            body["Hostname"] = .string("")
        }
        if isShared {
            body["ExposedPorts"] = .null
            host["PortBindings"] = .null
        }
        if (body["MacAddress"].text ?? "").isEmpty { body = body.without("MacAddress") }
        host["CpuShares"] = .integer(placement.processors)
        host["Links"] = .strings(host["Links"].texts.map(Self.link))
        body["HostConfig"] = host
        if !["", "default", "bridge", "host", "none"].contains(mode), !isShared,
            let endpoint = inspection["NetworkSettings"]["Networks"].object?[mode]
        {
            body["NetworkingConfig"]["EndpointsConfig"][mode] = Self.endpoint(endpoint, id)
        }
        try self.init(
            body: body, swarmID: placement.swarmID.isEmpty ? SwarmLabel.newID() : placement.swarmID)
    }

    /// The networks that a container is to be connected to after it was made.
    static func connections(of inspection: JSONValue) -> [Connection] {
        let mode = inspection["HostConfig"]["NetworkMode"].text ?? ""
        let first = mode.isEmpty || mode == "default" ? "bridge" : mode
        let id = inspection["Id"].text ?? ""
        guard first != "host", first != "none", !first.hasPrefix("container:") else { return [] }
        return (inspection["NetworkSettings"]["Networks"].object?.members ?? []).filter { $0.name != first }.map {
            Connection(network: $0.name, endpoint: endpoint($0.value, id))
        }
    }

    /// What was asked for of an endpoint, without what the engine made of it.
    private static func endpoint(_ value: JSONValue, _ id: String) -> JSONValue {
        var endpoint = JSONObject()
        for name in ["IPAMConfig", "Links", "DriverOpts"] where value[name] != .null { endpoint[name] = value[name] }
        // The engine adds the ID as an alias.
        let aliases = value["Aliases"].texts.filter { $0.isEmpty || !id.hasPrefix($0) }
        if !aliases.isEmpty { endpoint["Aliases"] = .strings(aliases) }
        return .object(endpoint)
    }

    /// `db:alias` of `/db:/web/alias`.
    private static func link(_ text: String) -> String {
        guard text.hasPrefix("/"), let colon = text.firstIndex(of: ":"), let slash = text.lastIndex(of: "/"),
            slash > colon
        else { return text }
        return "\(text[text.index(after: text.startIndex)..<colon]):\(text[text.index(after: slash)...])"
    }
}

extension JSONValue {
    /// The same without a member.
    fileprivate func without(_ name: String) -> JSONValue {
        guard var object else { return self }
        object[name] = nil
        return .object(object)
    }
}
