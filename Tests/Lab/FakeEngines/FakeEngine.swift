import Foundation

/// One of ``FakeEngines``: what it has, and what it says.
struct FakeEngine: Sendable {
    /// Image that every engine has.
    static let image = "lab:1"
    static let imageID = "sha256:" + String(repeating: "21de1326d6d770a3", count: 4)

    let name: String
    /// Its ID, as `/info` tells it.
    let id: String
    let labels: [String]
    let processors: Int
    let memoryBytes: Int64
    let documents: EngineDocuments
    /// Its containers, by ID.
    var containers: [String: FakeContainer] = [:]
    var idByName: [String: String] = [:]
    var volumes: [String] = []
    /// How it misbehaves, and to which calls: those whose path holds the text.
    var fault: (kind: FakeFault, path: String)?
    /// Calls so far, by method and path with IDs left out.
    var calls: [String: Int] = [:]
    /// Events that those who follow are to be told.
    var news: [[UInt8]] = []
    var made = 0
    /// Lists of containers as they were last answered: all, and those that run.
    var lists: [Bool: [UInt8]] = [:]
    private var random: SeededGenerator

    init(
        number: Int, labels: [String], processors: Int, memoryBytes: Int64, documents: EngineDocuments
    ) {
        self.name = "fake\(number)"
        var random = SeededGenerator(seed: UInt64(number))
        self.id = Self.digits(&random, 64)
        self.random = random
        self.labels = labels
        self.processors = processors
        self.memoryBytes = memoryBytes
        self.documents = documents
    }

    /// Hexadecimal digits, other ones each time.
    mutating func freshID() -> String { Self.digits(&self.random, 64) }

    private static func digits(_ random: inout SeededGenerator, _ count: Int) -> String {
        (0..<(count / 16)).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    // MARK: - Calls

    /// Answers a call; what happened by it is added to ``news``.
    mutating func answer(_ request: FakeRequest) -> FakeReply {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        let kind = parts.first ?? ""
        switch (request.method, kind, parts.count) {
        case (_, "_ping", 1): return .document("OK")
        case ("GET", "version", 1): return .document(self.documents.version.filled([:]))
        case ("GET", "info", 1): return .document(self.info())
        case ("GET", "events", 1): return FakeReply(status: 200, content: .events)
        case (_, "containers", _): return self.answer(request, containers: Array(parts.dropFirst()))
        case ("GET", "images", 2) where parts[1] == "json":
            return .document(
                self.documents.images.filled(["IMAGE": Self.image, "IMAGEID": Self.imageID]))
        case ("GET", "images", 3...) where parts.last == "json":
            let name = parts[1..<(parts.count - 1)].joined(separator: "/")
            guard name == Self.image || name == Self.imageID else {
                return .error(404, "No such image: \(name)")
            }
            return .document(
                self.documents.image.filled(["IMAGE": Self.image, "IMAGEID": Self.imageID]))
        case ("POST", "images", 2) where parts[1] == "create":
            return .error(404, "manifest for \(request.query["fromImage"] ?? "") not found")
        case ("GET", "networks", 1): return .document(self.networkList())
        case (_, "volumes", _): return self.answer(request, volumes: Array(parts.dropFirst()))
        default: return .error(404, "page not found")
        }
    }

    private func info() -> [UInt8] {
        let states = self.containers.values.reduce(into: [String: Int]()) { $0[$1.state, default: 0] += 1 }
        let (running, paused) = (states["running"] ?? 0, states["paused"] ?? 0)
        return self.documents.info.filled([
            "ID": self.id, "NAME": self.name, "LABELS": LabJSON.encoded(self.labels),
            "CONTAINERS": String(self.containers.count), "RUNNING": String(running), "PAUSED": String(paused),
            "STOPPED": String(self.containers.count - running - paused), "CPUS": String(self.processors),
            "MEMORY": String(self.memoryBytes),
        ])
    }

    /// The ID of one of its networks: this engine's own.
    func network(_ name: String) -> String {
        String(self.id.dropLast(name.utf8.count * 2)) + name.utf8.map { String($0, radix: 16) }.joined()
    }

    private func networkList() -> [UInt8] {
        self.documents.networks.filled([
            "NONE": self.network("none"), "HOST": self.network("host"), "BRIDGE": self.network("bridge"),
        ])
    }

    private mutating func answer(_ request: FakeRequest, volumes path: [String]) -> FakeReply {
        func document(_ name: String) -> String {
            #"{"CreatedAt":"2026-11-26T12:00:00Z","Driver":"local","Labels":null,"#
                + #""Mountpoint":"/var/lib/docker/volumes/\#(name)/_data","Name":"\#(name)","Options":null,"Scope":"local"}"#
        }
        switch (request.method, path.count) {
        case ("GET", 0):
            let all = self.volumes.map(document).joined(separator: ",")
            return .document(#"{"Volumes":[\#(all)],"Warnings":null}"#)
        case ("POST", 1) where path[0] == "create":
            let given = LabJSON.object(request.body)["Name"] as? String ?? ""
            let name = given.isEmpty ? self.freshID() : given
            if !self.volumes.contains(name) { self.volumes.append(name) }
            return .document(document(name), status: 201)
        case ("GET", 1) where self.volumes.contains(path[0]): return .document(document(path[0]))
        case ("DELETE", 1) where self.volumes.contains(path[0]):
            self.volumes.removeAll { $0 == path[0] }
            return .done
        default: return .error(404, "get \(path.first ?? ""): no such volume")
        }
    }
}
