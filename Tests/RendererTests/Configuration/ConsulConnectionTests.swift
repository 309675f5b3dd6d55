import KeyValue
import Testing

@testable import Renderer

/// consul-template's settings of how Consul is reached, as they come to the client.
@Suite struct ConsulConnectionTests {
    private func client(_ hcl: String, environment: [String: String] = [:]) throws -> ConsulConfiguration {
        try ConfigurationFixture.configuration(hcl).consulClient(nil, environment: environment)
    }

    @Test func `everything that the client can do is handed to it`() throws {
        let client = try client(
            """
            consul {
              address = "10.0.0.1:1"
              token = "t"
              namespace = "n"
              auth { username = "u" password = "p:q" }
              retry { backoff = "1s" max_backoff = "9s" }
              ssl {
                verify = false cert = "c" key = "k" ca_cert = "a" ca_cert_bytes = "b" ca_path = "f" server_name = "s"
              }
              transport {
                dial_keep_alive = "12s" dial_timeout = "3s" disable_keep_alives = true idle_conn_timeout = "7s"
                max_conns_per_host = 11 tls_handshake_timeout = "4s"
              }
            }
            max_stale = "5s"
            block_query_wait = "33s"
            """)
        #expect(client.name == "consuls://10.0.0.1:1" && client.token == "t" && client.namespace == "n")
        #expect(client.basicAuthentication == "u:p:q")
        let tls = try #require(client.tls)
        #expect(!tls.isVerified && tls.certificateFile == "c" && tls.keyFile == "k" && tls.serverName == "s")
        #expect(tls.authorityFile == "a" && tls.authorityText == "b" && tls.authorityFolder == "f")
        let limits = client.limits
        #expect(limits.retry == .seconds(1) && limits.retryMax == .seconds(9))
        // Connecting and the handshake have one time together.
        #expect(limits.connect == .seconds(7) && limits.idle == .seconds(7) && limits.keepAlive == .seconds(12))
        #expect(limits.connectionsMax == 11 && client.closesConnections)
        #expect(limits.staleMax == .seconds(5) && limits.wait == .seconds(33) && client.allowsStaleWatches)
    }

    @Test func `without TLS the handshake takes no time, and nothing stale is taken if none may be`() throws {
        let client = try client("consul { transport { dial_timeout = \"3s\" } }\nmax_stale = \"0s\"")
        #expect(client.tls == nil && client.limits.connect == .seconds(3) && !client.closesConnections)
        #expect(!client.allowsStaleWatches)
    }

    @Test func `the environment's basic authentication counts where the configuration has none`() throws {
        let environment = ["CONSUL_HTTP_AUTH": "e:x"]
        #expect(try client("", environment: environment).basicAuthentication == "e:x")
        let other = try client(#"consul { auth { username = "u" } }"#, environment: environment)
        #expect(other.basicAuthentication == "u:")
    }

    @Test func `what has no effect is told in one line, and only if somebody says it`() throws {
        let notices = try ConfigurationFixture.configuration(
            "consul {\n  transport {\n    max_idle_conns = 3\n    max_idle_conns_per_host = 2\n  }\n}"
        ).notices
        #expect(
            notices.map(\.description) == [
                "a.hcl:3:22: consul.transport.max_idle_conns, consul.transport.max_idle_conns_per_host: no effect: "
                    + "idle connections are closed after idle_conn_timeout, however many they are"
            ])
        #expect(try ConfigurationFixture.configuration("consul { transport { dial_timeout = \"1s\" } }").notices == [])
    }
}
