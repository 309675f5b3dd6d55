internal import DockerEngine
internal import Logging
internal import NIOCore
internal import NIOPosix

/// What the engine is: its ID, name, release, labels, and what it has.
extension MemberEngine {
    /// Why an engine cannot be made out.
    enum IdentityError: Error {
        /// There is no answer.
        case unanswered(DockerError)
        /// It is not fit for the cluster.
        case unfit(String)
    }

    /// Asks the engine what it is, and notes that.
    ///
    /// If another engine was known at its address, that one is lost with its containers.
    func identify() async throws(IdentityError) {
        do {
            let ip = await resolve()
            let version = try await client.version()
            let info = try await ask("/info", what: "ask about the host")
            try note(info: info.document, received: info.middle, version: version, ip: ip)
        } catch let error as DockerError {
            throw Self.isUnanswered(error)
                ? .unanswered(error) : .unfit(EngineWords.noConnection(error, address))
        } catch let error as IdentityError {
            throw error
        } catch {
            throw .unfit("\(error)")
        }
    }

    /// Whether the same engine is at the address, and notes what has changed of it.
    func isSame() async throws(DockerError) -> Bool {
        let before = cluster.read { $0.engines[address]?.id }
        do {
            try await identify()
        } catch {
            switch error {
            case .unanswered(let error): throw error
            // What is not fit any more is found out again, and its reason told, when it is made out anew.
            case .unfit: return false
            }
        }
        return cluster.read { $0.engines[address]?.id } == before
    }

    static func isUnanswered(_ error: DockerError) -> Bool {
        switch error.kind {
        case .unreachable, .lost, .late: true
        case .refused, .garbled, .invalid, .cancelled: false
        }
    }

    private func note(
        info: JSONValue, received: Double, version: EngineVersion, ip: String
    ) throws(IdentityError) {
        let (id, name) = (info["ID"].text ?? "", info["Name"].text ?? "")
        let (processors, memory) = (info["NCPU"].integer ?? 0, info["MemTotal"].integer ?? 0)
        guard processors > 0, memory > 0, !id.isEmpty else { throw .unfit(EngineWords.noEngine(address)) }
        let labels = try labels(info, id: id)
        let ahead = info["SystemTime"].text.flatMap(EngineTime.seconds).map { $0 - received } ?? 0
        let known = cluster.read { $0.engines[address]?.id ?? "" }
        if !known.isEmpty, known != id { cluster.stand(address) { $0.changedIdentity() } }
        let overcommit = cluster.settings.overcommit
        let other = cluster.change { state -> NodeAddress? in
            if let other = state.identify(address, id: id, name: name.isEmpty ? address.host : name) { return other }
            state.updateEngine(address) { engine in
                engine.ip = ip
                (engine.hostProcessors, engine.hostMemoryBytes) = (processors, memory)
                engine.version = version.version
                engine.apiVersion = version.apiVersion.map { "\($0)" } ?? ""
                // Up to there it is the time that the answer took, and the clocks' ordinary difference.
                engine.ahead = abs(ahead) < 2 ? 0 : ahead
                engine.node.labels = labels
                engine.node.offer(memoryBytes: memory, processors: processors, overcommit: overcommit)
            }
            return nil
        }
        if let other { throw .unfit(EngineWords.duplicate(id, address, other)) }
    }

    /// The labels that constraints are about: the built-in ones, and the daemon's beside them.
    private func labels(_ info: JSONValue, id: String) throws(IdentityError) -> [String: String] {
        var labels: [String: String] = [:]
        for (name, member) in [
            ("storagedriver", "Driver"), ("kernelversion", "KernelVersion"), ("operatingsystem", "OperatingSystem"),
            ("ostype", "OSType"),
        ] {
            labels[name] = info[member].text ?? ""
        }
        for label in info["Labels"].texts {
            guard let equals = label.firstIndex(of: "=") else {
                throw .unfit(EngineWords.malformed(label: label, id: id, address))
            }
            let name = String(label[..<equals])
            guard name != "node", labels[name] == nil else {
                logger.warning(
                    "swarm: a label is not used: its name means something else", metadata: ["label": "\(label)"])
                continue
            }
            labels[name] = String(label[label.index(after: equals)...])
        }
        return labels
    }

    /// The IP address that ports of its containers are reached at; empty where the name is not known.
    private func resolve() async -> String {
        let host = address.host
        if let literal = try? SocketAddress(ipAddress: host, port: 0) { return literal.ipAddress ?? host }
        // The system's resolver blocks its thread.
        let found = try? await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(host, port: 0).ipAddress
        }
        return (found ?? nil) ?? ""
    }
}
