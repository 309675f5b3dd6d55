import Testing

@testable import Renderer

/// What consul-template's documentation says of templates, by example: each function and rule with what it gives.
@Suite struct DocumentedExamples {
    /// A template, and what it gives over ``world``.
    struct Example: Sendable, CustomTestStringConvertible {
        var template: String
        var output: String
        var testDescription: String { template }

        init(_ template: String, _ output: String) {
            self.template = template
            self.output = output
        }
    }

    /// The store that the examples are about.
    static let world: RecordedWorld = {
        var world = RecordedWorld()
        world.kv = [
            "service/redis/maxconns": "5", "service/redis/minconns": "2", "service/redis/": "",
            "service/redis/deep/a": "d", "tree": "0", "treehouse": "1", "tree/a": "2", "tree/b/": "", "tree/b/c": "3",
            "empty": "", "config": #"{"a": {"b": 1000000}, "list": [1, 2]}"#, "names": "zed,amy", "count": "12",
            "groups/web/n1/port": "80", "groups/web/n2/port": "81", "groups/db/n1/port": "5432", "groups/lone": "x",
        ]
        func service(
            _ node: String, _ id: String, _ tags: [String], _ status: String, _ meta: [String: String] = [:]
        ) -> RecordedWorld.Service {
            var service = RecordedWorld.Service()
            service.Node = node
            service.ID = id
            service.Name = "web"
            service.Address = "10.0.0.\(id.last ?? "0")"
            service.Port = 8080
            service.Tags = tags
            service.Status = status
            service.ServiceMeta = meta
            return service
        }
        world.services = [
            service("n1", "web-1", ["blue", "prod"], "passing", ["version": "v1", "shard": "7"]),
            service("n2", "web-2", ["prod"], "warning", ["version": "v2"]), service("n3", "web-3", [], "critical"),
        ]
        world.catalog = [.init(Name: "consul", Tags: []), .init(Name: "web", Tags: ["blue", "prod"])]
        var node = RecordedWorld.NodeEntry()
        node.Node = "n1"
        node.Address = "10.0.0.1"
        world.nodes = [node]
        world.node = RecordedWorld.OwnNode(Node: node, Services: nil)
        world.datacenters = ["dc1", "dc2"]
        world.files = ["/etc/motd": "hello\n"]
        world.env = ["CLUSTER_ID": "7", "EMPTY": ""]
        return world
    }()

    /// Renders until nothing is missing, as a run does; the error behind an exclamation mark.
    private func text(of template: String) -> String {
        do {
            let source = try TemplateSource(name: "", text: template)
            var answers: [Dependency: Answer] = [:]
            while true {
                let pass = RenderPass(
                    answers: answers, environment: Self.world.env ?? [:], now: RecordedCase.now, sources: [])
                do throws(RenderError) {
                    let octets = try source.render(pass)
                    if pass.missing.isEmpty { return String(decoding: octets, as: UTF8.self) }
                } catch {
                    // While something is missing an error says nothing.
                    guard !pass.missing.isEmpty else { throw error }
                }
                let known = answers.count
                for question in pass.missing where answers[question] == nil {
                    answers[question] = Self.world.answer(to: question)
                }
                if answers.count == known {
                    return "?" + pass.missing.map(\.description).joined(separator: ",")
                }
            }
        } catch {
            return "!\(error)"
        }
    }

    @Test(arguments: store + texts + conversions + collections + numbers + language)
    func `it gives what is documented`(example: Example) {
        #expect(text(of: example.template) == example.output)
    }

    @Test(arguments: failures)
    func `it fails with what is documented`(example: Example) {
        let text = text(of: example.template)
        #expect(text.hasPrefix("!") && text.contains(example.output), "\(text)")
    }

    /// consul-template ends with an error at its first look at an empty store; here they wait, and then give their text.
    @Test(arguments: [
        Example(#"{{ (key "config" | parseJSON).a.b }}"#, "1e+06"),
        Example(#"{{ index (key "names" | split ",") 0 }}"#, "zed"),
        Example(#"{{ divide (key "service/redis/minconns" | parseInt) 84 }}"#, "42"),
        Example(#"{{ slice (key "names") 0 2 }}"#, "ze"),
    ])
    func `what fails on nothing waits for something`(example: Example) throws {
        let source = try TemplateSource(name: "", text: example.template)
        let pass = RenderPass(environment: [:], now: RecordedCase.now)
        #expect(throws: RenderError.self) { try source.render(pass) }
        #expect(pass.missing.count == 1)
        #expect(text(of: example.template) == example.output)
    }

    @Test func `an empty key is nothing, and nobody is asked`() throws {
        let pass = RenderPass(environment: [:], now: RecordedCase.now)
        #expect(
            try TemplateSource(name: "", text: #"<{{ key "" }}{{ len (service "") }}>"#).render(pass)
                == Array("<0>".utf8))
        #expect(pass.used == [])
    }
}
