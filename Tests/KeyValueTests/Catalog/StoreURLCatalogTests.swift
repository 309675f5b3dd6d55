import Testing

@testable import KeyValue

@Suite struct StoreURLCatalogTests {
    @Test(arguments: [
        ("consul-catalog://a:1", "consul-catalog://a:1"), ("consul-catalog://", "consul-catalog://"),
        ("consuls-catalog://a", "consuls-catalog://a:8501"), ("CONSUL-CATALOG://a,b:2", "consul-catalog://a:8500,b:2"),
        ("consul-catalog:///run/consul.sock", "consul-catalog:///run/consul.sock"),
        ("consul-catalog://secret@a:1?dc=east", "consul-catalog://a:1?dc=east"),
        (
            "consul-catalog://a:1?tag=v1&dc=east&tag=blue%20&passing&near=_agent&port=never&prefix=/apps",
            "consul-catalog://a:1?dc=east&tag=v1&tag=blue &passing=true&near=_agent&port=never&prefix=apps/"
        ),
        ("consul-catalog://a:1?passing=0&port=auto&prefix=services", "consul-catalog://a:1"),
    ])
    func `reads and shows`(text: String, shown: String) throws {
        #expect(try StoreURL(text).description == shown)
    }

    @Test(arguments: [
        ("consul-catalog://a?passing=maybe", "true or false"), ("consul-catalog://a?tag", "?tag=VALUE"),
        ("consul-catalog://a?tag=", "?tag=VALUE"), ("consul-catalog://a?port=80", "auto or never"),
        ("consul-catalog://a?prefix=/", "prefix=services/"), ("consul-catalog://a?x=1", "?dc=NAME"),
        ("consul-catalog://a:0", "1 to 65535"), ("consul-catalog:a", "consul-catalog://HOST:PORT"),
        ("consul-catalog://hunter2@a b", "HOST:PORT"), ("consul-catalog://hunter2@a?tag", "?tag=VALUE"),
    ])
    func `says what would be right, and no secrets`(text: String, advice: String) {
        let error = #expect(throws: KeyValueError.self) { try StoreURL(text) }
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("hunter2") == false)
    }
}
