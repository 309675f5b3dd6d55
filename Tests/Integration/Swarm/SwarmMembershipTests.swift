import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests {
    /// Agents on hosts, and what they write to the store.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Membership {
        /// What classic Docker Swarm marks its entries with.
        private static let flags = 3_304_740_253_564_472_344

        private static func entries(of consul: ConsulAgent) throws -> [String: [String: Any]] {
            let answer = try consul.api.request("GET", "/v1/kv/lab/docker/swarm/nodes/?recurse")
            let list = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [[String: Any]]
            return Dictionary(
                uniqueKeysWithValues: (list ?? []).map { entry in
                    (String((entry["Key"] as? String ?? "").dropFirst("lab/docker/swarm/nodes/".count)), entry)
                })
        }

        @Test func `agents keep classic Swarm's entries for engines that answer, and take them back`() throws {
            let lab = try SwarmLab([.init(), .init(release: .newer)], join: ["--heartbeat=1s", "--ttl=20s"])
            let addresses = lab.hosts.hosts.map(SwarmLab.address)
            func list() throws -> [String] {
                try Command.run(Repository.portico(), ["swarm", "list", lab.store], within: .seconds(30)).lines
            }
            func wait(for expected: [String]) throws {
                try lab.agent(of: lab.hosts[1]).wait(within: .seconds(60), until: "entries of \(expected)") {
                    try Self.entries(of: lab.consul).keys.sorted() == expected
                }
            }
            try wait(for: addresses)
            for (address, entry) in try Self.entries(of: lab.consul) {
                #expect(entry["Flags"] as? Int == Self.flags)
                let value = Data(base64Encoded: entry["Value"] as? String ?? "") ?? Data()
                #expect(String(decoding: value, as: UTF8.self) == address)
                let session = try #require(entry["Session"] as? String)
                let facts = try lab.consul.api.request("GET", "/v1/session/info/\(session)").text
                #expect(facts.contains(#""Behavior":"delete""#) && facts.contains(#""TTL":"10"#), "\(facts)")
            }
            #expect(try list() == addresses)
            // An engine that answers no more is no node, whatever its agent's health.
            try lab.hosts[0].freeze()
            try wait(for: [addresses[1]])
            try lab.hosts[0].thaw()
            try wait(for: addresses)
            let agent = try lab.agent(of: lab.hosts[0])
            agent.signal(SIGTERM)
            let begin = ContinuousClock.now
            try wait(for: [addresses[1]])
            #expect(ContinuousClock.now - begin < .seconds(5))
            #expect(try agent.waitForEnd() == .exited(0))
            #expect(try list() == [addresses[1]])
        }
    }
}
