import KeyValue
import Logging
import Testing

@testable import Swarm

@Suite("Discovery")
struct DiscoveryURLTests {
    private func entry(_ key: String, _ value: String) -> KeyValueEntry {
        KeyValueEntry(key: key, value: Array(value.utf8))
    }

    @Test(
        "URLs of discoveries, as they are and as they are told",
        arguments: [
            ("consul://h:8500", "consul://h:8500"), ("consul://h/a/b/", "consul://h:8500/a/b"),
            ("consul://secret@h1,h2:1/lab", "consul://h1:8500,h2:1/lab"), ("consuls://h/x", "consuls://h:8501/x"),
            ("etcd://h1:1,h2:2/lab", "etcd://h1:1,h2:2/lab"), ("etcd://h//swarm", "etcd://h:2379//swarm"),
            ("etcds://u:p@h", "etcds://h:2379"), ("embedded:dir", "embedded:dir"),
            ("embedded:dir?prefix=swarm", "embedded:dir?prefix=swarm"), ("file:///etc/nodes", "file:///etc/nodes"),
            ("file:nodes", "file://nodes"), ("nodes://a:1,b:2", "nodes://a:1,b:2"),
            ("10.0.0.[1:2]:2375,[::1]:1", "nodes://10.0.0.1:2375,10.0.0.2:2375,[::1]:1"),
        ])
    func reads(_ text: String, _ told: String) throws {
        #expect(try DiscoveryURL(text).description == told)
    }

    @Test(
        "what is no discovery is told, without secrets",
        arguments: [
            ("zk://h/x", "ZooKeeper is not spoken here"), ("token://abc", "switched off"),
            ("ftp://h", "no kind of discovery"), ("", "no node"), ("nodes://", "no node"), ("a", "invalid node"),
            ("consul://secret@h:x", "malformed address h:x"), ("consul:h", "invalid node \"consul:h\""),
            ("etcd://secret@h", "malformed user"), ("file://host/x", "a host in the URL of a local store"),
            ("embedded:d?x=1", "an unknown option"), ("consul://h/a b", "no prefix of keys"),
            ("1[0:99999999]:1", "stands for more than"),
        ])
    func refuses(_ text: String, _ reason: String) throws {
        let error = try #require(throws: SwarmUsageError.self) { try DiscoveryURL(text) }
        #expect(error.description.contains(reason) && !error.description.contains("secret"), "\(error)")
    }

    @Test("all three layouts are read, and nothing else in a prefix is an engine")
    func layouts() {
        let keys = SwarmKeys(prefix: "swarm")
        #expect(keys.watched == "swarm/" && keys.leader == "swarm/docker/swarm/leader")
        let entries = [
            entry("swarm/10.0.0.1:2375", "10.0.0.1:2375"), entry("swarm/docker/nodes/10.0.0.2:2375", "10.0.0.2:2375"),
            entry("swarm/docker/nodes/", ""), entry("swarm/docker/swarm/leader", "10.0.0.9:4000"),
            entry("swarm/docker/swarm/nodes", ""), entry("swarm/docker/swarm/nodes/", "x"),
            entry("swarm/docker/swarm/nodes/10.0.0.3:2375", "10.0.0.3:2375"), entry("swarm/other", "10.0.0.8:1"),
            entry("swarm/docker/network/v1.0/x:1", "10.0.0.8:1"),
        ]
        #expect(keys.engines(entries).map(\.value) == ["10.0.0.1:2375", "10.0.0.2:2375", "10.0.0.3:2375"])
    }

    @Test("without a prefix the store's own root is left alone; a path of its own is all that counts")
    func roots() throws {
        #expect(SwarmKeys(prefix: "").watched == "docker/")
        #expect(SwarmKeys(prefix: "").engines([entry("10.0.0.1:2375", "10.0.0.1:2375")]).isEmpty)
        let own = SwarmKeys(prefix: "", path: "swarm")
        #expect(own.watched == "swarm/" && own.leader == "docker/swarm/leader")
        #expect(own.engines([entry("swarm/x", "a:1"), entry("docker/nodes/b:1", "b:1")]).map(\.value) == ["a:1"])
        #expect(own.node(try #require(NodeAddress("a:1"))) == "swarm/a:1")
        #expect(SwarmKeys(prefix: "a/b").node(try #require(NodeAddress("[::1]:1"))) == "a/b/docker/swarm/nodes/[::1]:1")
    }

    @Test("options of the store")
    func options() throws {
        let options = try DiscoveryOptions([
            "kv.path=/docker/nodes/", "kv.cacertfile=ca", "kv.certfile=c", "kv.keyfile=k",
        ])
        #expect(options.path == "docker/nodes" && options.isTLS && options.certificate == "c")
        #expect(try !DiscoveryOptions().isTLS && DiscoveryOptions().path == "docker/swarm/nodes")
        for texts in [["kv.path"], ["kv.path="], ["kv.other=1"], ["kv.certfile=c"], ["=x"]] {
            #expect(throws: SwarmUsageError.self) { try DiscoveryOptions(texts) }
        }
    }

    @Test("a store's files are those of the options")
    func opens() throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let options = try DiscoveryOptions(["kv.cacertfile=/nonexistent/ca.pem"])
        for text in ["consul://h:1", "etcd://h:1"] {
            // A file that is not there is noticed when it is opened: that it is named shows that it was taken.
            let error = #expect(throws: SwarmUsageError.self) {
                try DiscoverySource(try DiscoveryURL(text), options: options, environment: [:], logger: logger)
            }
            #expect(error?.description.contains("/nonexistent/ca.pem") ?? false, "\(String(describing: error))")
        }
    }
}
