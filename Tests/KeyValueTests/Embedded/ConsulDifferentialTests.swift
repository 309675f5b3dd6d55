import Foundation
import KeyValue
import Lab
import Testing

/// The same requests to a real Consul and to the embedded store: the answers must be the same to the octet, but for the
/// values of indexes (whose order must be the same), session ids, and dates.
@Suite(.timeLimit(.minutes(2))) struct ConsulDifferentialTests {
    /// One request.
    ///
    /// `{S1}` stands for the first session made, `{M:key}` for the ModifyIndex of a key.
    private struct Step: Sendable {
        var method: String
        var target: String
        var body = ""

        init(_ method: String, _ target: String, _ body: String = "") {
            self.method = method
            self.target = target
            self.body = body
        }
    }

    private static let keys: [Step] = [
        Step("GET", "/v1/kv/none"), Step("GET", "/v1/kv/?keys"), Step("GET", "/v1/kv/?recurse"),
        Step("PUT", "/v1/kv/a", "one"), Step("GET", "/v1/kv/a"), Step("GET", "/v1/kv/a?raw"),
        Step("PUT", "/v1/kv/a", "one"), Step("GET", "/v1/kv/a"), Step("PUT", "/v1/kv/a?flags=7", "one"),
        Step("GET", "/v1/kv/a"), Step("PUT", "/v1/kv/a?flags=18446744073709551615"), Step("GET", "/v1/kv/a"),
        Step("PUT", "/v1/kv/a?flags=18446744073709551616"), Step("PUT", "/v1/kv/a?flags=-1"),
        Step("PUT", "/v1/kv/a?flags="), Step("PUT", "/v1/kv/a?cas=x"), Step("PUT", "/v1/kv/a?cas="),
        Step("PUT", "/v1/kv/a?cas=0", "two"), Step("PUT", "/v1/kv/a?cas=1", "two"),
        Step("PUT", "/v1/kv/a?cas={M:a}", "two"), Step("GET", "/v1/kv/a"), Step("PUT", "/v1/kv/new?cas=0", "x"),
        Step("GET", "/v1/kv/new"), Step("PUT", "/v1/kv/new2?cas=5", "x"), Step("GET", "/v1/kv/new2"),
        Step("PUT", "/v1/kv/a?cas=3&acquire=x"), Step("PUT", "/v1/kv/a?release=x&acquire=x"),
        Step("DELETE", "/v1/kv/a?recurse&cas=1"), Step("PUT", "/v1/kv/"), Step("GET", "/v1/kv/"),
        Step("DELETE", "/v1/kv/"), Step("POST", "/v1/kv/a"), Step("OPTIONS", "/v1/kv/a"), Step("GET", "/v1/nope"),
        Step("PUT", "/v1/kv/t/", "d"), Step("PUT", "/v1/kv/t/b", "d"), Step("PUT", "/v1/kv/t/c/d", "d"),
        Step("PUT", "/v1/kv/t/c/e", "d"), Step("PUT", "/v1/kv/tree", "d"), Step("GET", "/v1/kv/t?recurse"),
        Step("GET", "/v1/kv/t/?keys"), Step("GET", "/v1/kv/t?keys&separator=/"),
        Step("GET", "/v1/kv/t/?keys&separator=/"), Step("GET", "/v1/kv/?keys&separator=/"),
        Step("GET", "/v1/kv/t/?keys&separator="), Step("GET", "/v1/kv/t?keys&separator=ee"),
        Step("GET", "/v1/kv/t?recurse&keys"), Step("GET", "/v1/kv/t/c?recurse&raw"), Step("GET", "/v1/kv/none?raw"),
        Step("GET", "/v1/kv/none?keys"), Step("GET", "/v1/kv/none?recurse"), Step("DELETE", "/v1/kv/t/b"),
        Step("GET", "/v1/kv/t/?recurse"), Step("GET", "/v1/kv/t/b"), Step("GET", "/v1/kv/t/b?recurse"),
        Step("DELETE", "/v1/kv/t/c?recurse"), Step("GET", "/v1/kv/t/c?recurse"), Step("GET", "/v1/kv/t/?recurse"),
        Step("GET", "/v1/kv/t/c/d?recurse"), Step("DELETE", "/v1/kv/a?cas=0"), Step("DELETE", "/v1/kv/a?cas=1"),
        Step("DELETE", "/v1/kv/a?cas={M:a}"), Step("GET", "/v1/kv/a"), Step("DELETE", "/v1/kv/a?cas=4"),
        Step("DELETE", "/v1/kv/none"), Step("GET", "/v1/kv/none"), Step("DELETE", "/v1/kv/none?recurse"),
        Step("GET", "/v1/kv/none?recurse"), Step("PUT", "/v1/kv/sp%20ace+plus%2Fsl%C3%A9%26%3C%3E%22", "\u{0}\u{1}ÿ"),
        Step("GET", "/v1/kv/sp?recurse"), Step("GET", "/v1/kv/sp?keys"), Step("PUT", "/v1/kv/a%2", "x"),
        Step("GET", "/v1/kv/t/?index=x"), Step("GET", "/v1/kv/t/?index=1&wait=x"), Step("GET", "/v1/kv/t/?index=1"),
        Step("GET", "/v1/kv/none?index=1"), Step("GET", "/v1/kv/t/?stale&consistent"), Step("GET", "/v1/kv/t/?stale"),
        Step("GET", "/v1/kv/t/?consistent&dc=dc1&token=abc"), Step("GET", "/v1/kv/t/?dc=dc2"),
        Step("GET", "/v1/kv/t/?index=99999999&wait=10ms"), Step("GET", "/v1/kv/none?index=99999999&wait=10ms"),
        // Not asked: a prefix with earlier deletions, after this one. Consul 1.8's index of it falls, so who waits there
        // never hears of the deletion; ours grows (see Graveyard).
        Step("DELETE", "/v1/kv/?recurse"), Step("GET", "/v1/kv/?recurse"), Step("GET", "/v1/kv/?keys"),
    ]

    private static let nobody = "00000000-0000-0000-0000-000000000000"

    private static let sessions: [Step] = [
        Step("GET", "/v1/session/list"),
        Step("PUT", "/v1/session/create", #"{"TTL":"10s","LockDelay":"1s","Name":"n<&>"}"#),
        Step("PUT", "/v1/session/create", #"{"behavior":"delete","LOCKDELAY":0,"ttl":"1m30s","NodeChecks":[]}"#),
        Step("PUT", "/v1/session/create"), Step("PUT", "/v1/session/create", "null"),
        Step("GET", "/v1/session/info/{S1}"), Step("GET", "/v1/session/info/{S2}"),
        Step("GET", "/v1/session/info/\(nobody)"), Step("PUT", "/v1/session/renew/{S1}"),
        Step("PUT", "/v1/session/renew/{S3}"), Step("PUT", "/v1/session/renew/\(nobody)"),
        Step("PUT", "/v1/session/renew/x"), Step("PUT", "/v1/session/destroy/x"),
        Step("PUT", "/v1/session/destroy/\(nobody)"), Step("GET", "/v1/session/node/nope"),
        Step("GET", "/v1/session/info/"), Step("GET", "/v1/session/node/"), Step("PUT", "/v1/session/renew/"),
        Step("PUT", "/v1/session/destroy/"), Step("GET", "/v1/session/create"), Step("POST", "/v1/session/create"),
        Step("PUT", "/v1/session/create", #"{"TTL":"1s"}"#), Step("PUT", "/v1/session/create", #"{"TTL":"86401s"}"#),
        Step("PUT", "/v1/session/create", #"{"TTL":"xx"}"#), Step("PUT", "/v1/session/create", #"{"TTL":15}"#),
        Step("PUT", "/v1/session/create", #"{"Behavior":"x"}"#), Step("PUT", "/v1/session/create", #"{"Node":"nope"}"#),
        Step("PUT", "/v1/session/create", #"{"LockDelay":"x"}"#),
        Step("PUT", "/v1/session/create", #"{"NodeChecks":["x"]}"#),
        Step("PUT", "/v1/session/create", #"{"ServiceChecks":[{"ID":"x"}]}"#),
        Step("PUT", "/v1/session/create?dc=dc2"), Step("PUT", "/v1/kv/l?acquire={S1}", "a"), Step("GET", "/v1/kv/l"),
        Step("PUT", "/v1/kv/l?acquire={S1}", "a"), Step("GET", "/v1/kv/l"), Step("PUT", "/v1/kv/l?acquire={S1}", "b"),
        Step("GET", "/v1/kv/l"), Step("PUT", "/v1/kv/l?acquire={S2}", "c"), Step("PUT", "/v1/kv/l?release={S2}", "c"),
        Step("GET", "/v1/kv/l"), Step("PUT", "/v1/kv/l", "plain"), Step("GET", "/v1/kv/l"),
        Step("PUT", "/v1/kv/l?acquire={S1}", "d"), Step("GET", "/v1/kv/l"), Step("PUT", "/v1/kv/l?cas={M:l}", "e"),
        Step("GET", "/v1/kv/l"), Step("PUT", "/v1/kv/l?release={S1}", "f"), Step("GET", "/v1/kv/l"),
        Step("PUT", "/v1/kv/l?release={S1}", "f"), Step("PUT", "/v1/kv/l?acquire={S2}&flags=3", "g"),
        Step("GET", "/v1/kv/l"), Step("PUT", "/v1/kv/l?acquire=\(nobody)", "x"), Step("PUT", "/v1/kv/l?acquire=", "x"),
        Step("PUT", "/v1/kv/l?release=", "x"), Step("PUT", "/v1/kv/l?acquire=nope", "x"),
        Step("PUT", "/v1/kv/l?release=nope", "x"), Step("DELETE", "/v1/kv/l"), Step("GET", "/v1/kv/l"),
        Step("PUT", "/v1/kv/m?acquire={S2}", "x"), Step("PUT", "/v1/session/destroy/{S2}"), Step("GET", "/v1/kv/m"),
        Step("GET", "/v1/kv/m?recurse"), Step("PUT", "/v1/kv/m?acquire={S3}", "x"), Step("GET", "/v1/kv/m"),
        Step("PUT", "/v1/kv/n?acquire={S1}", "x"), Step("PUT", "/v1/session/destroy/{S1}"), Step("GET", "/v1/kv/n"),
        // The lock delay of a second is not over.
        Step("PUT", "/v1/kv/n?acquire={S3}", "y"), Step("GET", "/v1/session/info/{S1}"),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"lock","Key":"n","Session":"{S3}","Value":"eA=="}}]"#),
        Step("PUT", "/v1/kv/n", "y"), Step("GET", "/v1/kv/n"),
    ]

    private static let transactions: [Step] = [
        Step("PUT", "/v1/session/create", #"{"LockDelay":"0s"}"#), Step("PUT", "/v1/kv/a/b", "v"),
        Step("PUT", "/v1/kv/a/c/d", "v"), Step("PUT", "/v1/kv/a/c/e", "v"),
        Step(
            "PUT", "/v1/txn",
            #"""
            [{"KV":{"Verb":"set","Key":"t1","Value":"eA==","Flags":7}},{"kv":{"verb":"get","key":"t1"}},
            {"KV":{"Verb":"get-tree","Key":"a/c"}},{"KV":{"Verb":"delete","Key":"a/b"}},
            {"KV":{"Verb":"check-not-exists","Key":"a/b"}},{"KV":{"Verb":"lock","Key":"t2","Session":"{S1}","Value":"eQ=="}},
            {"KV":{"Verb":"check-session","Key":"t2","Session":"{S1}"}},{"KV":{"Verb":"get","Key":"t2"}},
            {"KV":{"Verb":"unlock","Key":"t2","Session":"{S1}","Value":"eQ=="}}]
            """#),
        Step("GET", "/v1/kv/?recurse"),
        Step(
            "PUT", "/v1/txn",
            #"""
            [{"KV":{"Verb":"get","Key":"nope"}},{"KV":{"Verb":"set","Key":"t2","Value":"eA=="}},
            {"KV":{"Verb":"check-session","Key":"t1","Session":"x"}},{"KV":{"Verb":"check-not-exists","Key":"t1"}},
            {"KV":{"Verb":"delete-cas","Key":"t1","Index":3}},{"KV":{"Verb":"lock","Key":"t1","Session":"\#(nobody)"}},
            {"KV":{"Verb":"unlock","Key":"t1","Session":"\#(nobody)"}},{"KV":{"Verb":"lock","Key":"t1"}},
            {"KV":{"Verb":"lock","Key":"t1","Session":"x"}},{"KV":{"Verb":"check-index","Key":"nope","Index":1}},
            {"KV":{"Verb":"check-session","Key":"nope","Session":"x"}},
            {"KV":{"Verb":"cas","Key":"nope","Index":1,"Value":"eA=="}},{"KV":{"Verb":"delete-cas","Key":"nope","Index":3}},
            {"KV":{"Verb":"unlock","Key":"nope","Session":"x"}},{"KV":{"Verb":"cas","Key":"t1","Index":1,"Value":"eA=="}}]
            """#),
        Step("GET", "/v1/kv/?recurse"), Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"bogus","Key":"t1"}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"get","Key":"t1"}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"get","Key":"nope"}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"get-tree","Key":"zz"}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"check-index","Key":"t1","Index":{M:t1}}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"cas","Key":"t1","Index":{M:t1},"Value":"eg=="}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"cas","Key":"t3","Index":0,"Value":"eg=="}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"set","Key":"t1","Value":null}}]"#), Step("PUT", "/v1/txn", "[]"),
        Step("PUT", "/v1/txn", "[{}]"), Step("PUT", "/v1/txn", "{}"),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"set","Key":""}}]"#),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"set","Key":"t1","Flags":"x"}}]"#), Step("GET", "/v1/txn"),
        Step(
            "PUT", "/v1/txn",
            #"""
            [{"KV":{"Verb":"delete","Key":"nope"}},{"KV":{"Verb":"delete-tree","Key":"a/"}},
            {"KV":{"Verb":"delete-cas","Key":"t1","Index":1}}]
            """#),
        Step(
            "PUT", "/v1/txn",
            "[" + (0..<65).map { #"{"KV":{"Verb":"set","Key":"m\#($0)","Value":"eA=="}}"# }.joined(separator: ",") + "]"
        ),
        Step("PUT", "/v1/txn", #"[{"KV":{"Verb":"delete-tree","Key":"a/"}}]"#), Step("GET", "/v1/kv/a/?recurse"),
        Step("GET", "/v1/kv/?recurse"), Step("PUT", "/v1/kv/big", String(repeating: "x", count: 524_288)),
        Step("PUT", "/v1/kv/big", String(repeating: "x", count: 524_289)),
        Step("PUT", "/v1/txn", String(repeating: "x", count: 524_289)), Step("GET", "/v1/catalog/datacenters"),
        Step("GET", "/v1/agent/services"), Step("GET", "/v1/agent/checks"), Step("PUT", "/v1/agent/self"),
    ]

    @Test func `keys are answered as Consul answers them`() async throws { try await compare(Self.keys) }

    @Test func `sessions and locks are answered as Consul answers them`() async throws {
        try await compare(Self.sessions)
    }

    @Test func `transactions, limits and the agent are answered as Consul answers them`() async throws {
        try await compare(Self.transactions)
    }

    private func compare(_ steps: [Step]) async throws {
        let consul = try await offPool { try ConsulAgent() }
        let served = try await ServedStore()
        // What the lab does to see that Consul is ready moves its indexes.
        try await served.store.put("lab/ready", value: [1], flags: 0)
        try await served.store.delete("lab/ready")
        let port = served.port
        let theirs = try await offPool { try Self.record(steps, port: consul.port) }
        let ours = try await offPool { try Self.record(steps, port: port) }
        for (step, (their, our)) in zip(steps, zip(theirs, ours)) {
            #expect(our == their, "\(step.method) \(step.target) \(step.body.prefix(200))")
        }
        #expect(theirs.count == steps.count)
        try await served.stop()
    }

    /// The answers as text that can be compared.
    private static func record(_ steps: [Step], port: UInt16) throws -> [String] {
        let api = KeyValueAPI(port: port)
        var sessions: [String] = []
        var answers: [String] = []
        func fill(_ text: String) throws -> String {
            var text = text
            for (number, id) in sessions.enumerated() { text = text.replacing("{S\(number + 1)}", with: id) }
            while let match = text.firstMatch(of: /\{M:([^}]*)\}/) {
                let entry = try api.request("GET", "/v1/kv/\(match.1)").text
                let index = entry.firstMatch(of: /"ModifyIndex": ?(\d+)/).map { String($0.1) } ?? "0"
                text.replaceSubrange(match.range, with: index)
            }
            return text
        }
        for step in steps {
            // Consul's development mode always indents; asked to, both do.
            let target = try fill(step.target) + (step.target.contains("?") ? "&pretty" : "?pretty")
            let answer = try api.request(step.method, target, body: Array(try fill(step.body).utf8))
            if step.target.hasPrefix("/v1/session/create"), let id = answer.text.firstMatch(of: /"ID": "([^"]*)"/) {
                sessions.append(String(id.1))
            }
            var text = "\(answer.status)\n"
            for name in [
                "Content-Type", "X-Consul-Index", "X-Consul-Knownleader", "X-Consul-Lastcontact", "Allow",
                "X-Content-Type-Options", "Content-Security-Policy",
            ] {
                if let value = answer[name] { text += "\(name): \(value)\n" }
            }
            text += answer.text
            for (number, id) in sessions.enumerated() { text = text.replacing(id, with: "{S\(number + 1)}") }
            answers.append(text)
        }
        return ranked(answers)
    }

    /// Every index replaced by its place among all that were told: the values differ, their order must not.
    private static func ranked(_ answers: [String]) -> [String] {
        let pattern = /((?:X-Consul-Index|"CreateIndex"|"ModifyIndex"): |current modify index )(\d+)/
        var values: Set<Int> = []
        for answer in answers { for match in answer.matches(of: pattern) { values.insert(Int(match.2) ?? 0) } }
        let ranks = Dictionary(uniqueKeysWithValues: values.sorted().enumerated().map { ($1, $0) })
        return answers.map { answer in
            answer.replacing(pattern) { match in "\(match.1)#\(ranks[Int(match.2) ?? 0] ?? -1)" }
        }
    }
}
