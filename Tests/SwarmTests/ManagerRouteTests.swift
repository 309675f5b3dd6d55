import Lab
import Testing

@testable import Swarm

@Suite("ManagerRoute")
struct ManagerRouteTests {
    @Test("the version, the path and the query of a target")
    func takesApart() throws {
        let path = try #require(
            APIPath("/v1.40/containers/dh1/web/json?size=1&filters=%7B%22a%22%3A1%7D&x&names=a&names=b"))
        #expect(path.version == "1.40" && path.path == "/containers/dh1/web/json")
        #expect(path.query == ["size": "1", "filters": #"{"a":1}"#, "x": "", "names": "a"])
        #expect(path.items.filter { $0.name == "names" }.map(\.value) == ["a", "b"])
        #expect(APIPath("/v9.99/_ping")?.version == "9.99")
        #expect(APIPath("/_ping")?.path == "/_ping")
        #expect(APIPath("/v1.40")?.path == "/")
        #expect(APIPath("/v1/nodes")?.path == "/v1/nodes")
        #expect(APIPath("/images/a%2Fb/json?q=a+b%2B")?.path == "/images/a/b/json")
        #expect(APIPath("/x?q=a+b%2B")?.query["q"] == "a b+")
        for target in ["", "http://x/", "/%", "/%zz", "/%+1", "/a?b=%f", "/%ff"] {
            #expect(APIPath(target) == nil, "\(target)")
        }
    }

    @Test(
        "where requests go",
        arguments: [
            ("HEAD", "/_ping", ManagerRoute.ping), ("GET", "/containers/ps", .containers),
            ("GET", "/containers/dh1/web/json", .inspect("dh1/web")),
            ("GET", "/containers/json/json", .inspect("json")),
            ("DELETE", "/containers/web", .remove("web")), ("POST", "/containers/web/kill", .act("web", verb: "kill")),
            ("GET", "/containers/web/logs", .stream("web", what: "logs")),
            ("GET", "/containers/web/attach/ws", .stream("web", what: "attach/ws")),
            ("POST", "/containers/create", .create), ("POST", "/exec/ab12/start", .startExec("ab12")),
            ("GET", "/images/localhost:5000/a/b/json", .imageOf("localhost:5000/a/b", what: "json")),
            ("DELETE", "/images/a/b:1", .removeImage("a/b:1")), ("DELETE", "/images/a/json", .removeImage("a/json")),
            ("POST", "/images/a/b/tag", .tagImage("a/b")), ("GET", "/images/viz", .notSupported),
            ("GET", "/networks/dh1/bridge", .network("dh1/bridge")), ("POST", "/networks/n/connect", .connect("n")),
            ("DELETE", "/volumes/dh1/data", .removeVolume("dh1/data")), ("POST", "/images/prune", .prune("images")),
            ("GET", "/v1/nodes", .nodes), ("POST", "/cluster/nodes/dh1/drain", .nodeDrain("dh1", isDrained: true)),
            ("GET", "/distribution/a/b/json", .anyEngine), ("POST", "/session", .buildSession),
            ("GET", "/nodes", .notOfClusters("nodes")), ("POST", "/swarm/init", .notOfClusters("swarm")),
        ])
    func routes(_ method: String, _ path: String, _ route: ManagerRoute) {
        #expect(ManagerRoute(method: method, path: path) == route)
    }

    @Test(
        "what is served nowhere",
        arguments: [
            ("POST", "/containers/web/archive"), ("GET", "/swarms"),
            ("POST", "/containers//kill"), ("GET", "/containers/"), ("PUT", "/_ping"), ("GET", "/"),
            ("GET", "/images/"),
            ("PATCH", "/volumes/x"), ("GET", "/containers/web"),
        ])
    func refuses(_ method: String, _ path: String) {
        #expect(ManagerRoute(method: method, path: path) == nil)
    }

    @Test("no target traps")
    func survivesAnything() {
        var generator = SeededGenerator(seed: 5)
        let alphabet = Array("/v1.4containers%2fjso?&=exim+")
        for _ in 0..<5_000 {
            let length = Int.random(in: 0...40, using: &generator)
            let text = "/" + String((0..<length).compactMap { _ in alphabet.randomElement(using: &generator) })
            guard let path = APIPath(text) else { continue }
            for method in ["GET", "POST", "DELETE"] { _ = ManagerRoute(method: method, path: path.path) }
        }
    }
}
