import KeyValue
import Registrator
import Testing

@Suite struct RegistryURLTests {
    @Test(arguments: [
        ("consul://10.99.0.1:8500", "consul://10.99.0.1:8500"), ("consul://", "consul://"),
        ("consul://host/ignored", "consul://host:8500"), ("consul-catalog://host", "consul://host:8500"),
        ("consul-tls://host", "consuls://host:8501"), ("consuls://host", "consuls://host:8501"),
        ("consul-unix:///run/consul.sock", "consul:///run/consul.sock"),
        ("consulkv://10.99.0.1:8500/services", "consulkv://10.99.0.1:8500/services"),
        ("consulkv:///services", "consulkv:///services"), ("consulkv://", "consulkv://"),
        ("consulkv://a,b/deep/er/", "consulkv://a:8500,b:8500/deep/er"),
        ("consulkv://secret@a:1/s?dc=east", "consulkv://a:1/s?dc=east"),
        ("consulkv-tls://a/s", "consulkvs://a:8501/s"),
        ("consulkv-unix:///run/c.sock:/services", "consulkv:///run/c.sock/services"),
        ("consulkv-unix:///run/c.sock", "consulkv:///run/c.sock"),
        ("etcd://a:2379/services", "etcd://a:2379/services"), ("etcd://a//services", "etcd://a:2379//services"),
        ("embedded:dir", "embedded:dir"), ("embedded:dir?prefix=/apps/", "embedded:dir?prefix=apps"),
        ("file:/etc/s.yaml?prefix=apps", "file:/etc/s.yaml?prefix=apps"),
    ])
    func `reads and shows`(text: String, shown: String) throws {
        #expect(try RegistryURL(text).description == shown)
    }

    @Test(arguments: [
        ("", "consul://HOST:PORT"), ("bogus://x", "unrecognized adapter"), ("zookeeper://z:2181/s", "ZooKeeper"),
        ("skydns2://e:2379/cluster.local", "etcd://HOST:PORT/PREFIX"), ("http://c:8500", "consulkv://HOST:PORT/PREFIX"),
        ("consul://a,b", "one agent of this host"), ("consul:x", "consul://HOST:PORT"),
        ("consulkv://a:0/s", "1 to 65535"), ("consulkv://a/../s", "/services"),
        ("consulkv-unix://x", "no path of a socket"),
        ("consul-unix://", "no path of a socket"), ("file:", "file:PATH"), ("embedded:d?x=1", "?prefix=PREFIX"),
        ("consul://hunter2@a b", "HOST:PORT"), ("consulkv://hunter2@a:x/s", "1 to 65535"),
        ("redis://hunter2@a", "etcd://"),
    ])
    func `says what would be right, and no secrets`(text: String, advice: String) {
        let error = #expect(throws: KeyValueError.self) { try RegistryURL(text) }
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("hunter2") == false)
    }
}
