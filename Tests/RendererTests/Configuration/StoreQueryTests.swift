import Lab
import Testing

@testable import Renderer

@Suite struct StoreQueryTests {
    /// A function of templates that takes a query.
    enum Function: String, CaseIterable, Sendable {
        case key, keyOrDefault, ls, service, connect, services, nodes, node

        func query(_ text: String) throws(StoreQueryError) -> StoreQuery {
            switch self {
            case .key: try .key(text, isBlocking: true)
            case .keyOrDefault: try .key(text, isBlocking: false)
            case .ls: try .prefix(text)
            case .service: try .service(text)
            case .connect: try .service(text, isConnect: true)
            case .services: try .services(text)
            case .nodes: try .nodes(text)
            case .node: try .node(text)
            }
        }
    }

    @Test(
        arguments: [
            (.key, "app/port", "kv.block(app/port)"), (.keyOrDefault, "app/port", "kv.get(app/port)"),
            (.key, "/app/port", "kv.block(app/port)"),
            (.key, "//app", "kv.block(/app)"), (.key, "/", "kv.block(/)"),
            (.key, "a b|c~d.e:f", "kv.block(a b|c~d.e:f)"), (.key, "", "kv.block()"),
            (.key, "app/port@dc2", "kv.block(app/port@dc2)"), (.key, "app/port?ns=x", "kv.block(app/port@ns=x)"),
            (.key, "a?ns=x&ns=y", "kv.block(a@ns=x)"),
            (
                .key, "a?ns=n&partition=p&peer=q&sameness-group=s@dc-1.x",
                "kv.block(a@dc-1.x@partition=p@ns=n)"
            ),
            (.key, "a?sg=s", "kv.block(a)"), (.key, "a?ns=&&peer", "kv.block(a)"),
            (.key, "line\nfeed", "kv.block(line\nfeed)"),
            (.ls, "app", "kv.list(app)"), (.ls, "/app/@dc2", "kv.list(app/@dc2)"), (.ls, "", "kv.list()"),
            (.service, "web", "health.service(web|passing)"),
            (.service, "prod.web", "health.service(prod.web|passing)"),
            (.service, "a.b=c:d-e.web", "health.service(a.b=c:d-e.web|passing)"),
            (.service, "web@dc1", "health.service(web@dc1|passing)"),
            (.service, "web~_agent", "health.service(web~_agent|passing)"),
            (.service, "web|any", "health.service(web|any)"),
            (.service, "web|warning,passing", "health.service(web|passing,warning)"),
            (.service, "web|,any,", "health.service(web|any)"),
            (.service, "web|,", "health.service(web)"),
            (.service, "web|critical,maintenance", "health.service(web|critical,maintenance)"),
            (.service, "web?ns=a&peer=b", "health.service(web@ns=a@peer=b|passing)"),
            (.service, "t.web-1_x?ns=a@dc~n.1|any", "health.service(t.web-1_x@dc@ns=a~n.1|any)"),
            (.connect, "web", "health.connect(web|passing)"),
            (.services, "", "catalog.services"), (.services, "@dc1", "catalog.services(@dc1)"),
            (.services, "?ns=a@dc1", "catalog.services(@dc1@ns=a)"),
            (.nodes, "", "catalog.nodes"), (.nodes, "~n1", "catalog.nodes(~n1)"),
            (.nodes, "@dc1~_agent", "catalog.nodes(@dc1~_agent)"),
            (.nodes, "?partition=p", "catalog.nodes(@partition=p)"), (.node, "", "catalog.node"),
            (.node, "n1.x-y_z", "catalog.node(n1.x-y_z)"),
            (.node, "n1@dc1", "catalog.node(n1@dc1)"), (.node, "n1?peer=q@dc1", "catalog.node(n1@dc1@peer=q)"),
        ] as [(Function, String, String)])
    func `texts are understood as consul-template understands them`(
        function: Function, text: String, name: String
    ) throws {
        #expect(try function.query(text).description == name)
    }

    @Test(
        arguments: [
            (.key, "a@b@c", "kv.get: invalid format: \"a@b@c\""), (.key, "@dc", "kv.get: invalid format: \"@dc\""),
            (.key, "?ns=x", "kv.get: invalid format: \"?ns=x\""),
            (.keyOrDefault, "a@", "kv.get: invalid format: \"a@\""), (.key, "a?", "kv.get: invalid format: \"a?\""),
            (.key, "a@d c", "kv.get: invalid format: \"a@d c\""),
            (.key, "a@dc?ns=x", "kv.get: invalid format: \"a@dc?ns=x\""),
            (.key, "a?ns=x.y", "kv.get: invalid format: \"a?ns=x.y\""),
            (
                .key, "app/port?bogus=x",
                "kv.get: invalid query parameter key \"bogus\" in query \"bogus=x\": supported keys: ns,peer,partition,sameness-group"
            ),
            (
                .key, "a?=x",
                "kv.get: invalid query parameter key \"\" in query \"=x\": supported keys: ns,peer,partition,sameness-group"
            ),
            (.ls, "a@b@c", "kv.list: invalid format: \"a@b@c\""),
            (
                .ls, "a?x",
                "kv.list: invalid query parameter key \"x\" in query \"x\": supported keys: ns,peer,partition,sameness-group"
            ),
            (.service, "", "health.service: invalid format: \"\""),
            (.service, ".web", "health.service: invalid format: \".web\""),
            (.service, "web.", "health.service: invalid format: \"web.\""),
            (.service, "a:b", "health.service: invalid format: \"a:b\""),
            (.service, "a/b", "health.service: invalid format: \"a/b\""),
            (.service, "w\u{E9}b", "health.service: invalid format: \"w\u{E9}b\""),
            (.service, "web|", "health.service: invalid format: \"web|\""),
            (.service, "web|any|passing", "health.service: invalid format: \"web|any|passing\""),
            (.service, "web~a@dc", "health.service: invalid format: \"web~a@dc\""),
            (.service, "web@", "health.service: invalid format: \"web@\""),
            (.service, "web~", "health.service: invalid format: \"web~\""),
            (.service, "web ", "health.service: invalid format: \"web \""),
            (.service, "web|bogus", "health.service: invalid filter: \"bogus\" in \"web|bogus\""),
            (.service, "web|Any", "health.service: invalid filter: \"Any\" in \"web|Any\""),
            (
                .service, "web?x=1",
                "health.service: invalid query parameter key \"x\" in query \"x=1\": supported keys: ns,peer,partition,sameness-group"
            ),
            (.connect, "a b", "health.service: invalid format: \"a b\""),
            (.services, "web", "catalog.services: invalid format: \"web\""),
            (.services, "@", "catalog.services: invalid format: \"@\""),
            (.services, "@dc~n", "catalog.services: invalid format: \"@dc~n\""),
            (.nodes, "n1", "catalog.nodes: invalid format: \"n1\""),
            (.nodes, "~n@dc", "catalog.nodes: invalid format: \"~n@dc\""),
            (.node, "@dc1", "catalog.node: invalid format: \"@dc1\""),
            (.node, "n1~n2", "catalog.node: invalid format: \"n1~n2\""),
            (.node, "!4d", "catalog.node: invalid format: \"!4d\""),
        ] as [(Function, String, String)])
    func `what is no query is refused in consul-template's words`(function: Function, text: String, message: String) {
        let error = #expect(throws: StoreQueryError.self) { try function.query(text) }
        #expect(error?.description == message)
    }

    @Test func `one that waits for its key is another watch than one that does not`() throws {
        #expect(try StoreQuery.key("a", isBlocking: true) != StoreQuery.key("a", isBlocking: false))
        #expect(try StoreQuery.key("/a", isBlocking: true) == StoreQuery.key("a", isBlocking: true))
        #expect(try StoreQuery.service("web") != StoreQuery.service("web", isConnect: true))
        #expect(try StoreQuery.service("web|passing") == StoreQuery.service("web"))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `whatever is written, it ends, and names lead back to the same query`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "web", "prod", ".", "@", "dc1", "?", "ns=a", "&", "~", "_agent", "|", "any", ",", "passing", "/", "-", ":",
            "=", " ", "\u{E9}", "\n", "",
        ]
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...10, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            for function in Function.allCases {
                guard let query = try? function.query(text), case .service(let service) = query else { continue }
                let tag = service.tag.map { "\($0)." } ?? ""
                let scope = service.scope
                let parameters = [("ns", scope.namespace), ("peer", scope.peer)].compactMap { name, value in
                    value.map { "\(name)=\($0)" }
                }
                let again =
                    tag + service.name + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
                    + (scope.datacenter.map { "@\($0)" } ?? "") + (service.near.map { "~\($0)" } ?? "")
                    + "|" + (service.filters.isEmpty ? "," : service.filters.map(\.rawValue).joined(separator: ","))
                #expect(try function.query(again) == query, "\(text)")
            }
        }
    }
}
