import Foundation

extension FakeEngine {
    /// Gives it a container that has run for a while.
    mutating func prepare(_ number: Int, name: String, host: String) {
        let id = self.freshID()
        let isPublished = number.isMultiple(of: 3)
        let published = isPublished ? [(port: "80/tcp", hostPort: 20_000 + number)] : []
        // Younger by number, so that every list has one order.
        let created = 1_795_000_000 + Double(number)
        self.keep(
            FakeContainer(
                id: id, name: name, image: Self.image, created: created, state: "running",
                started: FakeContainer.time(created + 1),
                labels: ["com.docker.swarm.id": self.freshID(), "app": "app\(number)"],
                configuration: [
                    "PATH": "sh", "ARGS": #"["-c","sleep 1000"]"#, "CMD": #"["sh","-c","sleep 1000"]"#,
                    "COMMAND": "sh -c 'sleep 1000'", "ENV": #"["PATH=/bin"]"#, "EXPOSED": #"{"80/tcp":{}}"#,
                    "HOSTCONFIG": isPublished
                        ? host.replacingOccurrences(
                            of: #""PortBindings":{}"#,
                            with: #""PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"\#(20_000 + number)"}]}"#) : host
                        ,
                ], published: published))
    }

    private mutating func keep(_ container: FakeContainer) {
        if let former = self.containers[container.id] { self.idByName[former.name] = nil }
        self.containers[container.id] = container
        self.idByName[container.name] = container.id
        self.lists = [:]
    }

    private func find(_ name: String) -> FakeContainer? {
        if let container = self.containers[name] { return container }
        if let id = self.idByName[name] { return self.containers[id] }
        let found = self.containers.keys.filter { $0.hasPrefix(name) }
        return found.count == 1 && !name.isEmpty ? self.containers[found[0]] : nil
    }

    /// Answers what is asked of `/containers`.
    mutating func answer(_ request: FakeRequest, containers path: [String]) -> FakeReply {
        if request.method == "GET", path == ["json"] { return .document(self.list(request.query)) }
        if request.method == "POST", path == ["create"] { return self.create(request) }
        guard let name = path.first else { return .error(404, "page not found") }
        guard let container = self.find(name) else { return .error(404, "No such container: \(name)") }
        switch (request.method, path.count > 1 ? path[1] : "") {
        case ("GET", "json"):
            let values = container.values(imageID: Self.imageID, network: self.network("bridge"))
            return .document(self.documents.container.filled(values))
        case ("POST", let verb): return self.act(verb, on: container, request)
        case ("DELETE", ""):
            guard !container.isRunning || ["1", "true"].contains(request.query["force"]) else {
                return .error(409, "You cannot remove a running container \(container.id)")
            }
            if container.isRunning { self.end(container, exitCode: 137) }
            self.containers[container.id] = nil
            self.idByName[container.name] = nil
            self.lists = [:]
            self.news.append(container.event("destroy"))
            return .done
        default: return .document("")
        }
    }

    private mutating func act(_ verb: String, on container: FakeContainer, _ request: FakeRequest) -> FakeReply {
        var container = container
        switch verb {
        case "start":
            guard !container.isRunning else { return FakeReply(status: 304, content: .whole([])) }
            self.start(container)
        case "stop", "kill":
            guard container.isRunning else {
                return verb == "stop"
                    ? FakeReply(status: 304, content: .whole([]))
                    : .error(409, "Container \(container.id) is not running")
            }
            self.news.append(container.event("kill", attributes: ["signal": verb == "stop" ? "15" : "9"]))
            self.end(container, exitCode: verb == "stop" ? 0 : 137)
            if verb == "stop" { self.news.append(container.event("stop")) }
        case "restart":
            if container.isRunning { self.end(container, exitCode: 0) }
            self.start(container)
            self.news.append(container.event("restart"))
        case "pause", "unpause":
            container.state = verb == "pause" ? "paused" : "running"
            self.keep(container)
            self.news.append(container.event(verb))
        case "rename":
            let name = request.query["name"] ?? ""
            guard self.idByName[name] == nil else { return .error(409, "Conflict: \(name) is in use") }
            let former = container.name
            container.name = name
            self.keep(container)
            self.news.append(container.event("rename", attributes: ["oldName": "/\(former)"]))
        case "update":
            self.news.append(container.event("update"))
            return .document(#"{"Warnings":null}"#)
        case "wait": return .document(#"{"StatusCode":\#(container.exitCode)}"#)
        default: return .error(404, "page not found")
        }
        return .done
    }

    private mutating func start(_ container: FakeContainer) {
        var container = container
        container.state = "running"
        container.exitCode = 0
        container.started = FakeContainer.time(Date().timeIntervalSince1970)
        self.keep(container)
        self.news.append(container.event("start"))
    }

    private mutating func end(_ container: FakeContainer, exitCode: Int) {
        var container = container
        container.state = "exited"
        container.exitCode = exitCode
        container.finished = FakeContainer.time(Date().timeIntervalSince1970)
        self.keep(container)
        self.news.append(container.event("die", attributes: ["exitCode": String(exitCode)]))
    }

    private mutating func list(_ query: [String: String]) -> [UInt8] {
        let isAll = ["1", "true"].contains(query["all"])
        let filters = LabJSON.object(Array((query["filters"] ?? "").utf8))
        let wanted = filters["id"] as? [String] ?? (filters["id"] as? [String: Any]).map { Array($0.keys) }
        if wanted == nil, let list = self.lists[isAll] { return list }
        let network = self.network("bridge")
        let shown = self.containers.values.filter { container in
            (isAll || container.isRunning) && wanted?.contains { container.id.hasPrefix($0) } != false
        }
        var list: [UInt8] = [UInt8(ascii: "[")]
        for container in shown.sorted(by: { ($0.created, $0.id) > ($1.created, $1.id) }) {
            if list.count > 1 { list.append(UInt8(ascii: ",")) }
            list += self.documents.summary.filled(container.values(imageID: Self.imageID, network: network))
        }
        list.append(UInt8(ascii: "]"))
        if wanted == nil { self.lists[isAll] = list }
        return list
    }

    private mutating func create(_ request: FakeRequest) -> FakeReply {
        let config = LabJSON.object(request.body)
        guard let image = config["Image"] as? String, [Self.image, Self.imageID].contains(image) else {
            return .error(404, "No such image: \(config["Image"] ?? "")")
        }
        self.made += 1
        let given = request.query["name"].flatMap { $0.isEmpty ? nil : $0 }
        let name = given ?? "made\(self.made)"
        if let holder = self.idByName[name] {
            return .error(
                409,
                "Conflict. The container name \"/\(name)\" is already in use by container \"\(holder)\". You have to "
                    + "remove (or rename) that container to be able to reuse that name.")
        }
        let host = config["HostConfig"] as? [String: Any] ?? [:]
        let bindings = host["PortBindings"] as? [String: [[String: Any]]] ?? [:]
        let published = bindings.sorted { $0.key < $1.key }.enumerated().map { index, binding in
            let asked = (binding.value.first?["HostPort"] as? String).flatMap { Int($0) } ?? 0
            return (port: binding.key, hostPort: asked > 0 ? asked : 32_768 + 8 * self.made + index)
        }
        let command = config["Cmd"] as? [String] ?? ["sh"]
        let container = FakeContainer(
            id: self.freshID(), name: name, image: image, created: Date().timeIntervalSince1970,
            labels: config["Labels"] as? [String: String] ?? [:],
            configuration: [
                "PATH": LabJSON.escaped(command.first ?? ""), "ARGS": LabJSON.encoded(Array(command.dropFirst())),
                "CMD": LabJSON.encoded(command), "COMMAND": LabJSON.escaped(command.joined(separator: " ")),
                "ENV": LabJSON.encoded(config["Env"] as? [String] ?? []),
                "EXPOSED": LabJSON.encoded(config["ExposedPorts"] as? [String: Any] ?? [:]),
                "HOSTCONFIG": LabJSON.encoded(host),
            ], published: published)
        self.keep(container)
        self.news.append(container.event("create"))
        return .document(#"{"Id":"\#(container.id)","Warnings":[]}"#, status: 201)
    }
}
