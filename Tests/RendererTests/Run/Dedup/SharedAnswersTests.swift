import KeyValue
import Lab
import Testing

@testable import Renderer

@Suite struct SharedAnswersTests {
    /// One answer of each kind, with everything that may be there and may not.
    static let all: SharedAnswers = {
        var pair = KeyPair(path: "p/a", below: "p", value: [0, 255, 10])
        pair.createIndex = 1
        pair.modifyIndex = .max
        pair.lockIndex = 128
        pair.flags = 300
        pair.session = "s"
        var check = HealthService.Check()
        check.node = "n"
        check.id = "c"
        check.status = "warning"
        check.output = "ünïcode"
        var service = HealthService()
        service.node = "n"
        service.nodeMeta = [:]
        service.serviceMeta = ["k": "v", "a": ""]
        service.serviceTaggedAddresses = ["lan": .init(address: "10.0.0.1", port: 80)]
        service.tags = ["a", "b"]
        service.checks = [check, HealthService.Check()]
        service.port = -1
        service.passingWeight = 0
        var node = ClusterNode()
        node.node = "n"
        node.taggedAddresses = ["wan": "n"]
        var instance = CatalogNode.Service()
        instance.service = "web"
        instance.enablesTagOverride = true
        return SharedAnswers([
            "absent": nil, "text": .text("v"), "empty": .text(""), "none": .value(nil), "pairs": .pairs([pair]),
            "no pairs": .pairs([]), "services": .services([service, HealthService()]),
            "catalog": .catalog([CatalogSnippet(name: "web", tags: ["n"])]), "nodes": .nodes([node]),
            "node": .node(CatalogNode(node: node, services: [instance])), "node without": .node(CatalogNode(node: nil)),
            "no node": .node(nil), "names": .names(["dc1", "dc1"]),
        ])
    }()

    @Test func `every kind of answer is read as it was written`() throws {
        let octets = SharedAnswersWriter.octets(Self.all)
        let read = try SharedAnswersReader.answers(octets)
        for (id, answer) in Self.all.answers { #expect(read.answers[id] == .some(answer), "\(id)") }
        #expect(read == Self.all)
        #expect(SharedAnswersWriter.octets(read) == octets)
    }

    @Test func `a text is written once`() {
        let word = String(repeating: "x", count: 1000)
        let snippets = (0..<100).map { CatalogSnippet(name: "s\($0)", tags: [word]) }
        let octets = SharedAnswersWriter.octets(SharedAnswers(["catalog.services": .catalog(snippets)]))
        #expect(octets.count < 2 * 1000)
    }

    @Test func `octets that were cut or changed are refused or read, and never more than they are`() {
        let octets = SharedAnswersWriter.octets(Self.all)
        for count in 0..<octets.count {
            #expect(throws: SharedAnswersReader.Malformed.self) {
                try SharedAnswersReader.answers(Array(octets[..<count]))
            }
        }
        var generator = SeededGenerator(seed: 7)
        var refused = 0
        for _ in 0..<5_000 {
            var changed = octets
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            do throws(SharedAnswersReader.Malformed) {
                let answers = try SharedAnswersReader.answers(changed)
                #expect(answers.answers.count <= changed.count)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500)
    }

    @Test(
        arguments: [
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "a length beyond its end"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], "a number that is too large"),
            ([0x80], "it ends too early"), ([1, 0, 1, 0xFF, 0], "a text that is not UTF-8"),
            ([1, 7], "a text that was not there before"), ([1, 0, 1, 0x61, 99], "an answer of no known kind"),
            ([0, 0], "something behind its end"),
        ] as [([UInt8], String)])
    func `what is wrong is told`(octets: [UInt8], words: String) {
        let error = #expect(throws: SharedAnswersReader.Malformed.self) { try SharedAnswersReader.answers(octets) }
        #expect(error?.description == words)
    }

    @Test func `what is each machine's own is not shared`() throws {
        let own: [Dependency.Question] = [
            .file("/x"), .store(.node(nil, QueryScope())), .store(.nodes(near: "_agent", QueryScope())),
            .store(try .service("web~_agent")), .foreign(.vault, function: "secret", path: "p"),
        ]
        for question in own { #expect(!Dependency(question).isShareable, "\(Dependency(question))") }
        let others: [Dependency.Question] = [
            .store(.key("a", QueryScope(), isBlocking: true)), .store(.node("n", QueryScope())),
            .store(.nodes(near: "n", QueryScope())), .store(try .service("web")),
            .datacenters(ignoringUnreachable: false),
        ]
        for question in others { #expect(Dependency(question).isShareable, "\(Dependency(question))") }
    }

    @Test func `as long as anything is unknown there is nothing to share`() {
        let answers: [Dependency: Answer] = [keyA: .text("1")]
        #expect(SharedAnswers([keyA, keyB], answers: answers, absent: []) == nil)
        let shared = SharedAnswers([keyA, keyB], answers: answers, absent: [keyB])
        #expect(shared == SharedAnswers(["kv.block(a)": .text("1"), "kv.block(b)": nil]))
    }
}
