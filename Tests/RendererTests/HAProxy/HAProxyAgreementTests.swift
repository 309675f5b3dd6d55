import Foundation
import Lab
import Testing

@testable import Renderer

/// What we read out of a text, beside what the real HAProxy reads out of it.
@Suite(.serialized) struct HAProxyAgreementTests {
    /// Words of all that matters to the cutting of lines, but for line feeds, which a list of words cannot show.
    private static func word(_ generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "b1", "-", "\\ ", "\\#", "\\\\", "\\'", "\\\"", "\\d", "\\x41", "\\x7e", "'x y'", "'#'", "'\\'",
            "'\"'",
            "'\\n $Z'", "\"x y\"", "\"#\"", "\"'\"", "\"\\\"\"", "\"\\$Z\"", "\"\\\\\"", "\"\\x42\"", "\"\\d\"", "$Z",
            "''", "\"\"",
        ]
        let count = Int.random(in: 1...5, using: &generator)
        return (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
    }

    @Test func `lines are cut as HAProxy cuts them`() async throws {
        var generator = SeededGenerator(seed: 3)
        let lines = (0..<300).map { index in
            let words = (0..<3).map { _ in Self.word(&generator) }
            let comment = index.isMultiple(of: 5) ? "#\(Self.word(&generator))" : ""
            return
                "  acl a\(index) path -m str -- start\(index) \(words.joined(separator: index.isMultiple(of: 2) ? " " : "\t  "))\(comment)"
        }
        let backend = try TestBackend("e")
        let haproxy = try HAProxyProcess(.single, lines.joined(separator: "\n") + "\n  server s1 \(backend.address)")
        let list = try await haproxy.ask("show acl")
        // `12 (path) pattern loaded from ...`: all in the order of the text.
        let numbers = list.split(separator: "\n").compactMap { line in
            line.contains("haproxy.cfg' line") ? line.prefix { $0.isNumber } : nil
        }
        var found: [String: [String]] = [:]
        for number in numbers {
            let reply = try await haproxy.ask("show acl #\(number)")
            // `0x55d0c8f0 word`
            let words = reply.split(separator: "\n").map { line in
                String(line.drop { $0 != " " }.dropFirst())
            }
            if let first = words.first { found[first] = Array(words.dropFirst()) }
        }
        #expect(found.count == lines.count)
        for (index, line) in lines.enumerated() {
            let words = HAProxyLine(number: 1, octets: Array(line.utf8)[...]).words.map(\.text)
            // Patterns come once each, and end at an empty word.
            let expected = words.dropFirst(7).prefix { !$0.isEmpty }
            let actual = try #require(found["start\(index)"])
            #expect(Set(actual) == Set(expected), "\(line)")
        }
    }

    @Test func `servers are those that HAProxy runs with`() async throws {
        let text = """
              balance leastconn
              default-server weight 7
              server plain 127.0.0.1:81
              server 'quo'"ted" ipv4@127.0.0.2:82 weight 9 # server none 127.0.0.9:99
              "server" six [::1]:83 disabled
              server long ipv6@[fd00:0:0::1]:84 disabled enabled
              server-template slot 2-4 0.0.0.0:1 disabled
              default-server disabled
              server late 127.0.0.5:85 weight 0
              server back 127.0.0.6:86 enabled backup
            """
        let haproxy = try HAProxyProcess(.single, text)
        let configuration = HAProxyConfiguration(try haproxy.file)
        let index = try #require(configuration.sections.firstIndex { $0.name == "app" })
        let backend = HAProxyBackend(configuration.sections[index], defaults: configuration.defaults(of: index) ?? [])
        let servers = try await haproxy.servers()
        #expect(servers.keys.sorted() == backend.names.sorted())
        #expect(backend.obscurity == nil)
        for server in backend.servers {
            let running = try #require(servers[server.name])
            let settings = try #require(server.settings)
            #expect(try running.isAt(#require(server.address)), "\(server.name)")
            #expect(running.weight == settings.weight, "\(server.name)")
            #expect(running.isInMaintenance == settings.isDisabled, "\(server.name)")
        }
    }

    /// Every keyword that may follow `add server`, with a value.
    private static let settings = [
        "backup", "check", "check check-send-proxy", "send-proxy", "send-proxy-v2", "tfo", "check addr 127.0.0.1",
        "check check-proto h2", "check downinter 1s", "error-limit 5", "check fall 4", "check fastinter 1s", "id 77",
        "check inter 3s", "maxconn 5", "maxqueue 6", "minconn 1 maxconn 4", "check observe layer4",
        "check observe layer7 on-error mark-down", "on-marked-down shutdown-sessions",
        "on-marked-up shutdown-backup-sessions", "pool-low-conn 1", "pool-max-conn 3", "pool-purge-delay 1s",
        "check port 99", "proto h2", "send-proxy-v2 proxy-v2-options unique-id", "check rise 4", "slowstart 2s",
        "ws auto",
        "init-addr none resolvers dns", "check no-check", "no-backup",
    ]

    @Test
    func `every setting that is said to be right for a new server is taken, and comes to what the file makes of it`()
        async throws
    {
        // Not 127.0.0.1: nothing has to be there, but nothing may answer either.
        func lines(_ count: Int) -> String {
            (["  option httpchk"] + (0..<count).map { "  server n\($0) 127.0.0.9:9 \(Self.settings[$0])" })
                .joined(separator: "\n")
        }
        let rest = "resolvers dns\n  nameserver one 127.0.0.9:53\n"
        let haproxy = try HAProxyProcess(.single, lines(0), rest: rest)
        let live = HAProxyLive(socket: try haproxy.socket, reload: .command { _ in })
        let outcome = try await haproxy.render(haproxy.text(lines(Self.settings.count), rest: rest), live)
        #expect(outcome == .live, "\(haproxy.tail)")
        let file = try HAProxyProcess(.single, lines(Self.settings.count), rest: rest)
        let (added, loaded) = (try await Self.statistics(haproxy), try await Self.statistics(file))
        #expect(added.keys.sorted() == loaded.keys.sorted())
        for (name, fields) in loaded {
            for (field, value) in fields {
                #expect(
                    added[name]?[field] == value, "\(name) (\(Self.settings[Int(name.dropFirst()) ?? 0])): \(field)")
            }
        }
    }

    /// Settings of servers as `show stat` and `show servers conn` tell them, by server and field.
    private static func statistics(_ haproxy: HAProxyProcess) async throws -> [String: [String: String]] {
        let columns = [
            "weight", "act", "bck", "qlimit", "slim", "mode", "check_rise", "check_fall", "addr", "agent_rise",
            "agent_fall",
        ]
        var found: [String: [String: String]] = [:]
        let lines = try await haproxy.ask("show stat app 4 -1").split(separator: "\n")
        let titles = try #require(lines.first).dropFirst(2).split(separator: ",", omittingEmptySubsequences: false)
        for line in lines.dropFirst() {
            let fields = zip(titles, line.split(separator: ",", omittingEmptySubsequences: false))
            var row: [String: String] = [:]
            for (title, value) in fields where columns.contains(String(title)) { row[String(title)] = String(value) }
            found[String(line.split(separator: ",")[1]), default: [:]].merge(row) { $1 }
        }
        let connections = try await haproxy.ask("show servers conn app").split(separator: "\n")
        let names = try #require(connections.first).dropFirst().split(separator: " ")
        for line in connections.dropFirst() {
            let fields = Array(line.split(separator: " "))
            let name = fields[0].split(separator: "/")[1]
            for title in ["purge_delay", "idle_lim"] {
                let column = try #require(names.firstIndex { $0 == title })
                found[String(name), default: [:]][title] = String(fields[column])
            }
        }
        return found
    }
}
