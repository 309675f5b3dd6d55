import Testing

@testable import KeyValue

@Suite struct CatalogAttributesTests {
    private func text(
        meta: [String: String] = [:], tags: [String] = [], _ change: (inout CatalogInstance) -> Void = { _ in }
    ) -> String {
        var instance = CatalogInstance(node: "n", service: "web", id: "w", address: "10.0.0.5", port: 80)
        instance.meta = meta
        instance.tags = tags
        change(&instance)
        // What tags say is asked here; that they are handed on as they are is another test's.
        return CatalogAttributes(instance).words.filter { !$0.hasPrefix("tags=") }.joined(separator: " ")
    }

    @Test(
        arguments: [
            (["portico_host": "shop.example.com", "portico-path": "/api"], "host=shop.example.com path=/api"),
            (
                ["host": "shop.example.com,*.shop.example.com", "weight": "5"],
                "host=shop.example.com,*.shop.example.com weight=5"
            ),
            (["host": "10.0.0.5", "path": "var", "weight": "heavy", "protocol": "tcp", "state": "active"], ""),
            (["host": "machine7", "strip": "yes", "balance": "best", "backup": "maybe"], ""),
            (["portico_host": "a.example.com", "host": "b.example.com"], "host=a.example.com"),
            (["portico_weight": "heavy"], "weight=heavy"),
            (
                ["region": "us2", "check_http": "/index.html", "note": "two words"],
                #"check_http=/index.html note="two words" region=us2"#
            ),
            (["note": #"say "hi" \"#, "quoted": #""x"#], #"note="say \"hi\" \\" quoted="\"x""#),
            (["a b": "1", "": "2"], ""), (["backup": "true", "drain": "false"], "backup=true drain=false"),
        ] as [([String: String], String)])
    func `metadata is read`(meta: [String: String], attributes: String) {
        #expect(text(meta: meta) == attributes)
    }

    @Test(
        arguments: [
            (["portico.host=shop.example.com", "portico.backup"], "backup host=shop.example.com"),
            (["host=shop.example.com", "path=/api", "v1", "backup", "weight=nine"], "host=shop.example.com path=/api"),
            (["urlprefix-shop.example.com/"], "host=shop.example.com"),
            (
                ["urlprefix-Shop.example.com:80/api strip=/api proto=https"],
                "host=shop.example.com path=/api protocol=https strip=/api"
            ),
            (["urlprefix-/api"], "path=/api"), (["urlprefix-:3306 proto=tcp"], ""),
            (["urlprefix-a.example.com/", "urlprefix-b.example.com/"], "host=a.example.com,b.example.com"),
            (
                ["urlprefix-a.example.com/x", "urlprefix-a.example.com/y"], "host=a.example.com path=/x,/y"
            ),
            (["urlprefix-a.example.com/x", "urlprefix-b.example.com/y"], "host=a.example.com path=/x"),
            (
                ["urlprefix-a.example.com/ proto=grpc", "urlprefix-a.example.com/ proto=tcp+sni"],
                "host=a.example.com protocol=grpc"
            ),
            (["urlprefix-a.example.com/", "portico.host=b.example.com"], "host=b.example.com"),
            (["traefik.http.routers.r.rule=Host(`a.example.com`)", "traefik.enable=true"], ""),
        ] as [([String], String)])
    func `tags are read`(tags: [String], attributes: String) {
        #expect(text(tags: tags) == attributes)
    }

    @Test func `Portico's own words are stronger, and metadata stronger than tags`() {
        #expect(
            text(
                meta: ["portico_host": "a.example.com", "weight": "3"],
                tags: ["portico.host=b.example.com", "weight=7", "portico.path=/x"])
                == "host=a.example.com path=/x weight=7")
    }

    @Test func `Consul's weights count while nothing else is said`() {
        #expect(text { $0.weights = (10, 2) } == "weight=10")
        #expect(text { ($0.weights, $0.status) = ((10, 2), .warning) } == "weight=2")
        #expect(text(meta: ["weight": "4"]) { $0.weights = (10, 2) } == "weight=4")
    }

    @Test func `tags are handed on`() {
        var instance = CatalogInstance(node: "n", service: "web", id: "w", address: "10.0.0.5", port: 80)
        instance.tags = ["v1", "a,b", "blue green", ""]
        #expect(CatalogAttributes(instance).words == [#"tags="v1,blue green""#])
    }

    @Test func `an instance can be kept away`() {
        var instance = CatalogInstance(node: "n", service: "web", id: "w", address: "10.0.0.5", port: 80)
        #expect(CatalogAttributes(instance).isEnabled)
        instance.tags = ["portico.enable=false"]
        #expect(!CatalogAttributes(instance).isEnabled)
    }
}
