@testable import Renderer

/// A model of a running HAProxy's servers that understands commands as text, apart from the code under test.
struct RunningModel: Equatable {
    /// One server.
    struct Server: Equatable {
        var address: String
        var weight: Int
        var admin: Int
        /// What only a reload or `add server` decides, in no order.
        var words: Set<String>
    }

    /// By `backend/name`.
    var servers: [String: Server] = [:]
    /// What went wrong.
    var errors: [String] = []
    /// The fewest servers of each backend that took requests, after any command.
    var fewest: [String: Int] = [:]
    /// Where servers took requests, as `backend/name address`.
    var served: Set<String> = []
    /// Requests are in flight to these until ``settle()``.
    var busy: Set<String> = []
    /// Servers that got another address while requests were in flight to the old one.
    var movedWhileBusy: Set<String> = []

    /// A process that has just begun with `text`, which has only simple lines.
    init(startedWith text: String) {
        var backend = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.first == "backend" { backend = words[1] }
            guard words.first == "server" else { continue }
            var rest = Array(words.dropFirst(3))
            var server = Server(address: words[2], weight: 1, admin: 0, words: [])
            if let index = rest.firstIndex(of: "weight") {
                server.weight = Int(rest[index + 1]) ?? -1
                rest.removeSubrange(index...(index + 1))
            }
            if let index = rest.firstIndex(of: "disabled") {
                server.admin = 5
                rest.remove(at: index)
            }
            server.words = Self.settings(rest)
            servers["\(backend)/\(words[1])"] = server
        }
        note()
    }

    /// What the words mean, whatever their order; the defaults that `add server` has to be told are known to the file.
    private static func settings(_ words: [String]) -> Set<String> {
        let all = words.joined(separator: " ")
        return Set(
            ["check", "inter 1s", "maxconn 9", "backup"].filter { " \(all) ".contains(" \($0) ") })
    }

    private func isServing(_ server: Server) -> Bool { server.admin & 0x9 == 0 && server.weight > 0 }

    private mutating func note() {
        for (key, server) in servers where isServing(server) { served.insert("\(key) \(server.address)") }
        for backend in Set(servers.keys.map { $0.prefix { $0 != "/" } }) {
            let count = servers.filter { $0.key.hasPrefix("\(backend)/") && isServing($0.value) }.count
            fewest[String(backend)] = min(fewest[String(backend)] ?? .max, count)
        }
    }

    /// All requests in flight end.
    mutating func settle() { busy = [] }

    /// Runs a command and gives the reply.
    mutating func run(_ command: String) -> String {
        defer { note() }
        let words = command.split(separator: " ").map(String.init)
        switch (words[0], words[1]) {
        case ("set", "server"): return set(words)
        case ("add", "server"): return add(words)
        case ("enable", "health"):
            guard servers[words[2]] != nil else { return fail("No such server.\n") }
            return ""
        case ("del", "server"):
            guard let server = servers[words[2]] else { return fail("No such server.\n") }
            guard server.admin & 1 != 0 else { return fail("Only servers in maintenance mode can be deleted.\n") }
            guard !busy.contains(words[2]) else {
                return "Server still has connections attached to it, cannot remove it.\n"
            }
            servers[words[2]] = nil
            return "Server deleted.\n"
        default: return fail("Unknown command.\n")
        }
    }

    private mutating func set(_ words: [String]) -> String {
        guard var server = servers[words[2]] else { return fail("No such server.\n") }
        var reply = ""
        switch words[3] {
        case "addr":
            let old = HAProxyAddress(server.address)
            let host = words[4].contains(":") ? "[\(words[4])]" : words[4]
            server.address = "\(host):\(words[6])"
            if isServing(server), busy.contains(words[2]) { movedWhileBusy.insert(words[2]) }
            reply =
                "IP changed from '\(old?.host ?? "")' to '\(words[4])', port changed from '1' to '\(words[6])' by 'stats socket command'\n"
        case "weight": server.weight = Int(words[4]) ?? -1
        case "state":
            switch words[4] {
            case "ready": server.admin &= ~0x9
            case "drain": server.admin = server.admin & ~0x1 | 0x8
            default: server.admin = server.admin & ~0x8 | 0x1
            }
        default: return fail("usage\n")
        }
        servers[words[2]] = server
        return reply
    }

    private mutating func add(_ words: [String]) -> String {
        guard servers[words[2]] == nil else { return fail("Already exists a server with the same name in backend.\n") }
        var server = Server(address: words[3], weight: 1, admin: 1, words: Self.settings(Array(words.dropFirst(4))))
        if let index = words.firstIndex(of: "weight") { server.weight = Int(words[index + 1]) ?? -1 }
        servers[words[2]] = server
        return "New server registered.\n"
    }

    private mutating func fail(_ reply: String) -> String {
        errors.append(reply)
        return reply
    }

    /// What `show servers state` would tell.
    var state: ServersState {
        var state = ServersState()
        for (key, server) in servers {
            let names = key.split(separator: "/").map(String.init)
            guard let address = HAProxyAddress(server.address) else { continue }
            state.backends[names[0], default: [:]][names[1]] = ServersState.Server(
                host: address.host, port: address.port, weight: server.weight, isUp: server.admin & 1 == 0,
                isInMaintenance: server.admin & 1 != 0, isDraining: server.admin & 8 != 0)
        }
        return state
    }

    /// The same without what `disabled` leaves behind, for comparison.
    var comparable: [String: Server] {
        servers.mapValues { server in
            var server = server
            server.admin &= 0x9
            return server
        }
    }
}
