import Testing

@testable import KeyValue

@Suite struct StoreURLTests {
    @Test(arguments: [
        ("embedded:./portico-data", "embedded:./portico-data"), ("embedded:", "embedded:./portico-data"),
        ("embedded:///var/lib/portico", "embedded:/var/lib/portico"), ("EMBEDDED:x", "embedded:x"),
        ("file:store.yaml", "file:store.yaml"), ("file:/etc/store.json", "file:/etc/store.json"),
        ("file:///etc/store.json", "file:/etc/store.json"),
        ("consul://10.0.0.1:8500", "consul://10.0.0.1:8500"), ("consul://consul", "consul://consul:8500"),
        ("consuls://consul", "consuls://consul:8501"),
        ("consul://a:1,b,[::1]:3,[fe80::1]", "consul://a:1,b:8500,[::1]:3,[fe80::1]:8500"),
        ("consul://a/", "consul://a:8500"), ("consul://", "consul://"), ("consul:", "consul://"),
        ("consul://secret@a:1", "consul://a:1"), ("consul://p%40ss@a:1", "consul://a:1"),
        ("consul:///run/consul.sock", "consul:///run/consul.sock"),
        ("consul://a:1?dc=east&ns=team", "consul://a:1?dc=east&ns=team"),
        ("etcd://10.0.0.1", "etcd://10.0.0.1:2379"), ("etcd://a:1,b,[::1]:3", "etcd://a:1,b:2379,[::1]:3"),
        ("etcds://a", "etcds://a:2379"), ("etcd://", "etcd://"), ("etcd:", "etcd://"), ("etcd://a/", "etcd://a:2379"),
        ("etcd://me:secret@a:1,b/x", "etcd://a:1,b:2379/x/"), ("etcd:///x/y/", "etcd:///x/y/"),
        ("etcd://a/services", "etcd://a:2379"), ("etcd://a/x/services/", "etcd://a:2379/x/"),
        ("etcd://a//", "etcd://a:2379//"), ("etcd://a//services", "etcd://a:2379//"),
        ("etcd://a/my%20services", "etcd://a:2379/my services/"),
    ])
    func `reads and shows`(text: String, shown: String) throws {
        #expect(try StoreURL(text).description == shown)
    }

    @Test func `decodes the token`() throws {
        guard case .consul(let consul) = try StoreURL("consul://p%40ss@a:1") else {
            Issue.record("not Consul")
            return
        }
        #expect(consul.token == "p@ss")
    }

    @Test(arguments: [
        ("", "consul://HOST:PORT"), ("127.0.0.1:8500", "consul://HOST:PORT"), ("/etc/x.yaml", "file:PATH"),
        ("redis://x", "consul://HOST:PORT"), ("http://x:8500", "consul://HOST:PORT"), ("file:", "file:PATH"),
        ("file:dir/", "file:PATH"), ("file://host/x", "file:host/x"), ("consul:x", "consul://HOST:PORT"),
        ("consul://a:0", "1 to 65535"), ("consul://a:65536", "1 to 65535"), ("consul://a:x", "1 to 65535"),
        ("consul://a,,b", "several by comma"), ("consul://a b", "HOST:PORT"), ("consul://[::1", "IPV6"),
        ("consul://@a", "token"), ("consul://a?dc", "?dc=NAME"), ("consul://a?x=1", "?dc=NAME"),
        ("etcd:x", "etcd://HOST:PORT"), ("etcd://a:0", "1 to 65535"), ("etcd://a,,b", "several by comma"),
        ("etcd://token@a", "USER:PASSWORD@"), ("etcds://:p@a", "USER:PASSWORD@"), ("etcd://u:@a", "USER:PASSWORD@"),
        ("etcd://a/x?y=1", "/ROOT"), ("etcd://a/%zz", "/ROOT"), ("etcd://a/x%00", "/ROOT"),
    ])
    func `says what would be right`(text: String, advice: String) {
        let error = #expect(throws: KeyValueError.self) { try StoreURL(text) }
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "consul://hunter2@a:0", "consul://hunter2@a b", "consul://hunter2@a?x=1", "consul://hunter2%@a",
        "etcd://hunter2@a", "etcd://u:hunter2@a:0", "etcd://u:hunter2@a/%", "etcds://hunter2:@a", "http://hunter2@a",
        "redis://hunter2@a",
    ])
    func `no error shows the token`(text: String) {
        let error = #expect(throws: KeyValueError.self) { try StoreURL(text) }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(arguments: [
        (["CONSUL_HTTP_ADDR": "10.0.0.9:1"], "consul://10.0.0.9:1"), ([:], "consul://127.0.0.1:8500"),
        (["CONSUL_HTTP_ADDR": "https://c.example"], "consuls://c.example:8501"),
        (["CONSUL_HTTP_ADDR": "http://c.example:80/"], "consul://c.example:80"),
        (["CONSUL_HTTP_ADDR": "unix:///run/c.sock"], "consul:///run/c.sock"),
        (["CONSUL_HTTP_SSL": "true"], "consuls://127.0.0.1:8501"),
    ])
    func `the environment says where Consul is, if the URL does not`(environment: [String: String], name: String) throws
    {
        let configuration = try ConsulConfiguration(.init(addresses: []), environment: environment)
        #expect(configuration.name == name)
    }

    @Test(arguments: [
        (["ETCDCTL_ENDPOINTS": "10.0.0.9:1,b"], "etcd://10.0.0.9:1,b:2379"), ([:], "etcd://127.0.0.1:2379"),
        (["ETCDCTL_ENDPOINTS": "https://a:1, https://b:2/"], "etcds://a:1,b:2"),
        (["ETCDCTL_ENDPOINTS": "http://a:1", "ETCDCTL_API": "3"], "etcd://a:1"),
    ])
    func `the environment says where etcd is, if the URL does not`(environment: [String: String], name: String) throws {
        #expect(try EtcdConfiguration(.init(addresses: []), environment: environment).name == name)
    }

    @Test func `etcd's URL wins over the environment`() throws {
        guard case .etcd(let url) = try StoreURL("etcds://me:p%40ss%2F@a:1") else { return }
        var environment = [
            "ETCDCTL_ENDPOINTS": "b:2", "ETCDCTL_USER": "you", "ETCDCTL_PASSWORD": "theirs", "ETCDCTL_CACERT": "ca.pem",
            "ETCDCTL_CERT": "c.pem", "ETCDCTL_KEY": "c.key", "ETCDCTL_INSECURE_SKIP_TLS_VERIFY": "true",
        ]
        let configuration = try EtcdConfiguration(url, environment: environment)
        #expect(configuration.name == "etcds://a:1")
        #expect(configuration.user == EtcdConfiguration.User(name: "me", password: "p@ss/"))
        #expect(configuration.tls?.authorityFile == "ca.pem")
        #expect(configuration.tls?.keyFile == "c.key")
        #expect(configuration.tls?.isVerified == false)
        let theirs = try EtcdConfiguration(.init(addresses: []), environment: environment)
        #expect(theirs.user == EtcdConfiguration.User(name: "you", password: "theirs"))
        #expect(theirs.tls == nil)
        environment["ETCDCTL_USER"] = "you:all:mine"
        environment["ETCDCTL_PASSWORD"] = nil
        let inOne = try EtcdConfiguration(.init(addresses: []), environment: environment)
        #expect(inOne.user == EtcdConfiguration.User(name: "you", password: "all:mine"))
    }

    @Test(arguments: [
        ["ETCDCTL_API": "2"], ["ETCDCTL_ENDPOINTS": "unix://x"], ["ETCDCTL_ENDPOINTS": "a,,b"],
        ["ETCDCTL_USER": "hunter2"], ["ETCDCTL_ENDPOINTS": "https://a", "ETCDCTL_CERT": "c.pem"],
        ["ETCDCTL_ENDPOINTS": "https://a", "ETCDCTL_INSECURE_SKIP_TLS_VERIFY": "maybe"],
    ])
    func `a malformed variable of etcd's is named`(environment: [String: String]) {
        let error = #expect(throws: KeyValueError.self) {
            try EtcdConfiguration(.init(addresses: []), environment: environment)
        }
        #expect(environment.keys.contains { error?.description.contains($0) == true })
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `the URL wins over the environment`() throws {
        guard case .consul(let url) = try StoreURL("consuls://mine@a:1?ns=n") else { return }
        let environment = [
            "CONSUL_HTTP_ADDR": "b:2", "CONSUL_HTTP_TOKEN": "theirs", "CONSUL_NAMESPACE": "m",
            "CONSUL_CACERT": "ca.pem",
            "CONSUL_TLS_SERVER_NAME": "server.dc1.consul", "CONSUL_HTTP_SSL_VERIFY": "false",
        ]
        let configuration = try ConsulConfiguration(url, environment: environment)
        #expect(configuration.name == "consuls://a:1")
        #expect(configuration.token == "mine")
        #expect(configuration.namespace == "n")
        #expect(configuration.tls?.authorityFile == "ca.pem")
        #expect(configuration.tls?.serverName == "server.dc1.consul")
        #expect(configuration.tls?.isVerified == false)
    }

    @Test(arguments: [
        ["CONSUL_HTTP_SSL": "yes please"], ["CONSUL_HTTP_ADDR": "tcp://x"],
        ["CONSUL_HTTP_SSL": "1", "CONSUL_CLIENT_CERT": "c.pem"],
        ["CONSUL_HTTP_SSL": "1", "CONSUL_HTTP_SSL_VERIFY": "maybe"],
    ])
    func `a malformed variable is named`(environment: [String: String]) {
        let error = #expect(throws: KeyValueError.self) {
            try ConsulConfiguration(.init(addresses: []), environment: environment)
        }
        #expect(environment.keys.contains { error?.description.contains($0) == true })
    }
}
