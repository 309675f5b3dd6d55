import Control
import Discovery
import Gateway
import Routing
import Testing

/// TCP listeners and PROXY headers in the configuration.
@Suite struct TCPConfigurationTests {
    private static let text = """
        trusted_proxies: [10.0.0.0/8]
        listeners:
          - address: ":3375"
            protocol: tcp
            service: swarm-manager-3375
            balance: least-connections
            proxy_protocol: true
          - address: ":8443"
            protocol: tcp
            sni: { A.Example.com: a-443, "*.b.example.com": b-443, default: rest-443 }
          - address: ":6380"
            protocol: tcp
            tls: true
            service: redis-6379
          - address: "unix:/run/x.sock"
            proxy_protocol: true
        services:
          redis-6379: { send_proxy: v2, on_leave: cut }
        """

    @Test func `listeners that forward connections are read`() {
        let file = ConfigurationFile(Self.text, source: "p")
        #expect(file.errors.map(\.description) == [])
        let listeners = file.configuration.listeners.map(\.gateway)
        #expect(listeners[0].tcp == TCPListenerConfiguration(service: "swarm-manager-3375"))
        #expect(listeners[0].readsProxy)
        #expect(file.configuration.listenerBalances == ["swarm-manager-3375": .leastConnections])
        #expect(listeners[1].tcp?.names == ["a.example.com": "a-443", "*.b.example.com": "b-443"])
        #expect(listeners[1].tcp?.service == "rest-443")
        #expect(listeners[2].tls != nil)
        #expect(listeners[2].http2 == false)
        #expect(listeners[3].tcp == nil)
        #expect(listeners[3].readsProxy)
        #expect(file.configuration.services["redis-6379"]?.sendProxy == .v2)
        #expect(file.configuration.services["redis-6379"]?.cutsLeaving == true)
    }

    @Test(arguments: [
        (
            "listeners: [{address: \":1\", protocol: tcp}]",
            ["p:1:13: protocol: tcp without a service: add service: NAME, or sni: with names and services"]
        ),
        (
            "listeners: [{address: \":1\", service: a-1}]",
            ["p:1:38: service is of listeners that forward connections: add protocol: tcp"]
        ),
        ("listeners: [{address: \":1\", protocol: udp}]", ["p:1:39: protocol is \"udp\": it is one of http, tcp"]),
        (
            "listeners: [{address: \":1\", protocol: tcp, service: a-1, redirect: https, http2: true}]",
            [
                "p:1:68: redirect is of requests, of which a listener with protocol: tcp reads none: take it out",
                "p:1:82: http2 is of requests, of which a listener with protocol: tcp reads none: take it out",
            ]
        ),
        (
            "listeners: [{address: \":1\", proxy_protocol: true}]",
            ["p:1:45: proxy_protocol is true, but nobody is trusted to tell: name the proxies in trusted_proxies"]
        ),
        (
            "listeners: [{address: \":1\", protocol: tcp, sni: {\"a.*\": x-1, default: y-1}, service: z-1}]",
            [
                "p:1:57: \"a.*\" in sni: a name is a.example.com, *.example.com for all below it, or default",
                "p:1:71: sni.default and service say the same: write one of them",
            ]
        ),
        (
            "listeners: [{address: \":1\", protocol: tcp, service: a-1, balance: random-two}, "
                + "{address: \":2\", protocol: tcp, service: a-1, balance: round-robin}]",
            ["p:1:134: balance of service a-1 is random-two at another listener: one of both"]
        ),
        (
            "services: {a-1: {send_proxy: v3}}",
            ["p:1:30: send_proxy is \"v3\": did you mean \"v1\"?"]
        ),
    ])
    func `what makes no sense is told with its place`(text: String, errors: [String]) {
        #expect(ConfigurationFile(text, source: "p").errors.map(\.description) == errors)
    }
}
