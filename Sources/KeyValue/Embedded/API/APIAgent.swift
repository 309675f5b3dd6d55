/// What Consul's clients ask of the agent, the catalog and the cluster's state: one node, this, and no services.
struct APIAgent: Sendable {
    let store: EmbeddedStore
    /// What the clients know this datacenter by.
    let datacenter: String
    /// Where this is served, as `127.0.0.1:8500`.
    let address: String

    /// The version of Consul whose API this is; clients look at it.
    static let version = "1.8.7"

    /// The name of the agent, and how it is.
    func itself(_ request: APIRequest) -> APIAnswer {
        var writer = request.writer
        writer.object { writer in
            writer.name("Config")
            writer.object { writer in
                writer.member("Datacenter", datacenter)
                writer.member("NodeName", store.nodeName)
                writer.member("NodeID", store.nodeID)
                writer.member("Revision", "")
                writer.name("Server")
                writer.boolean(true)
                writer.member("Version", Self.version)
            }
            writer.name("Member")
            member(&writer)
            writer.name("Stats")
            stats(&writer)
            writer.name("Meta")
            writer.object { _ in }
        }
        return .json(writer)
    }

    /// The one member.
    func members(_ request: APIRequest) -> APIAnswer {
        var writer = request.writer
        writer.array { member(&$0) }
        return .json(writer)
    }

    /// An empty object: the agent's services, its checks.
    func nothing(_ request: APIRequest) -> APIAnswer {
        var writer = request.writer
        writer.object { _ in }
        return .json(writer)
    }

    /// Where the leader is.
    func leader(_ request: APIRequest) -> APIAnswer {
        var writer = request.writer
        writer.string(address)
        return .json(writer)
    }

    /// Where all servers are.
    func peers(_ request: APIRequest) -> APIAnswer {
        var writer = request.writer
        writer.array { $0.string(address) }
        return .json(writer)
    }

    /// The one datacenter.
    func datacenters(_ request: APIRequest) -> APIAnswer {
        var writer = request.writer
        writer.array { $0.string(datacenter) }
        return .json(writer)
    }

    /// The one node.
    func nodes(_ request: APIRequest) async throws(APIError) -> APIAnswer {
        try await unchanging(request) { writer in
            writer.array { writer in
                writer.object { writer in
                    writer.member("ID", store.nodeID)
                    writer.member("Node", store.nodeName)
                    writer.member("Address", host)
                    writer.member("Datacenter", datacenter)
                    writer.name("TaggedAddresses")
                    writer.object { writer in
                        writer.member("lan", host)
                        writer.member("wan", host)
                    }
                    writer.name("Meta")
                    writer.object { _ in }
                    writer.name("CreateIndex")
                    writer.number(1)
                    writer.name("ModifyIndex")
                    writer.number(1)
                }
            }
        }
    }

    /// The names of the services: Consul's own, as every Consul has it.
    func services(_ request: APIRequest) async throws(APIError) -> APIAnswer {
        try await unchanging(request) { writer in
            writer.object { writer in
                writer.name("consul")
                writer.array { _ in }
            }
        }
    }

    /// The instances of a service: there are none.
    func instances(_ request: APIRequest) async throws(APIError) -> APIAnswer {
        try await unchanging(request) { $0.array { _ in } }
    }

    /// What never changes must still hold up who waits for a change, or its clients would ask without end.
    private func unchanging(
        _ request: APIRequest, _ body: (inout JSONWriter) -> Void
    ) async throws(APIError) -> APIAnswer {
        try await APIBlocking(request.query).answer(store, .never, current: { _ in 1 }) { _, index in
            var writer = request.writer
            body(&writer)
            return .json(writer, index: index)
        }
    }

    private func member(_ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("Name", store.nodeName)
            writer.member("Addr", host)
            writer.name("Port")
            writer.number(port)
            writer.name("Tags")
            writer.object { writer in
                writer.member("build", "\(Self.version):")
                writer.member("dc", datacenter)
                writer.member("id", store.nodeID)
                writer.member("role", "consul")
            }
            // The numbers are those of Consul's protocols that 1.8 speaks.
            for (name, number) in [
                ("Status", 1), ("ProtocolMin", 1), ("ProtocolMax", 5), ("ProtocolCur", 2), ("DelegateMin", 2),
                ("DelegateMax", 5), ("DelegateCur", 4),
            ] {
                writer.name(name)
                writer.number(number)
            }
        }
    }

    private func stats(_ writer: inout JSONWriter) {
        let index = store.snapshot().index
        writer.object { writer in
            writer.name("consul")
            writer.object { writer in
                writer.member("leader", "true")
                writer.member("leader_addr", address)
                writer.member("server", "true")
            }
            writer.name("raft")
            writer.object { writer in
                writer.member("applied_index", String(index))
                writer.member("num_peers", "0")
                writer.member("state", "Leader")
            }
        }
    }

    private var host: String {
        guard let colon = address.lastIndex(of: ":") else { return address }
        return String(address[..<colon].filter { $0 != "[" && $0 != "]" })
    }

    private var port: Int {
        guard let colon = address.lastIndex(of: ":") else { return 0 }
        return Int(address[address.index(after: colon)...]) ?? 0
    }
}
