import Testing

@testable import Discovery

@Suite struct EndpointKeyTests {
    struct Good: Sendable {
        var key: String
        var service: String
        var host: String
        var container: String
        var port: UInt16
        var transport: EndpointKey.Transport = .tcp
    }

    @Test(arguments: [
        Good(key: "web-80/h1:web.1:80", service: "web-80", host: "h1", container: "web.1", port: 80),
        Good(key: "web/h1:web:8080", service: "web", host: "h1", container: "web", port: 8080),
        Good(key: "dns-53/h1:dns:53:udp", service: "dns-53", host: "h1", container: "dns", port: 53, transport: .udp),
        Good(key: "web-80/h1:web:80:tcp", service: "web-80", host: "h1", container: "web", port: 80),
        Good(key: "a-b-c-80/h.x:c:d:80", service: "a-b-c-80", host: "h.x", container: "c:d", port: 80),
        Good(key: "web-80/h1:udp:80", service: "web-80", host: "h1", container: "udp", port: 80),
        Good(key: "web-80/h1:käse_1.2-3:65535", service: "web-80", host: "h1", container: "käse_1.2-3", port: 65535),
    ])
    func `a key is split from both ends`(good: Good) throws {
        let key = try EndpointKey("services/" + good.key, prefix: "services/")
        #expect(key.service == good.service)
        #expect(key.origin?.dockerHost == good.host)
        #expect(key.origin?.container == good.container)
        #expect(key.origin?.containerPort == good.port)
        #expect(key.transport == good.transport)
    }

    @Test(arguments: [
        ("web/web-id", EndpointKey.Transport.tcp), ("https/sslid:tcp", .tcp), ("dns-53/dns:udp", .udp),
        ("web-80/h:80", .tcp), ("web-80/h:80:udp", .udp), ("web-80/:c:80", .tcp), ("web-80/h::80", .tcp),
        ("web-80/h:c:", .tcp), ("web-80/h:c:0", .tcp), ("web-80/h:c:65536", .tcp), ("web-80/h:c:-1", .tcp),
        ("web-80/käse no. 1", .tcp), ("web-80/:", .tcp), ("web-80/::", .tcp),
    ])
    func `a name of one's own is an endpoint of nobody knows where`(
        key: String, transport: EndpointKey.Transport
    ) throws {
        let key = try EndpointKey("services/" + key, prefix: "services/")
        #expect(key.origin == nil)
        #expect(key.transport == transport)
    }

    static let form = "a key is services/SERVICE-PORT/HOST:CONTAINER:PORT"

    @Test(arguments: [
        ("web-80", "no endpoint is named after the service: \(form)"),
        ("/h:c:80", "the service's name is empty: \(form)"),
        ("we b/h:c:80", "the service's name holds blanks or control characters: \(form)"),
        ("web-80/h:c:80/x", "there is a slash too many: \(form)"),
        ("web-80/", "the endpoint's name is empty: \(form)"),
        ("web-80/:udp", "the endpoint's name is empty: \(form)"),
    ])
    func `a malformed key says what is wrong and what would be right`(key: String, reason: String) {
        #expect(throws: Malformed(reason)) { try EndpointKey("services/" + key, prefix: "services/") }
    }

    @Test(arguments: [
        ("/services", "services/"), ("services/", "services/"), ("//a/b", "a/b/"), ("", ""), ("/", ""),
    ])
    func `a prefix has no slash before it and one after it`(written: String, kept: String) {
        #expect(StorePrefixes(services: written).services == kept)
    }
}
