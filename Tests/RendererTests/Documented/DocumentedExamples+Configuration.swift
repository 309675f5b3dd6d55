import Testing

@testable import Renderer

/// Configurations as the documentation has them, and what follows from each.
extension DocumentedExamples {
    private static let sample = """
        consul {
          address = "127.0.0.1:8500"
          namespace = "team"
          auth { enabled = true username = "user" password = "pass" }
          token = "abcd1234"
          retry { enabled = true attempts = 12 backoff = "250ms" max_backoff = "1m" }
          ssl { enabled = true verify = false cert = "/c" key = "/k" ca_cert = "/ca" ca_path = "/cas" server_name = "s" }
        }
        reload_signal = "SIGHUP"
        kill_signal = "SIGINT"
        max_stale = "10m"
        block_query_wait = "60s"
        log_level = "warn"
        log_file { path = "/var/log/ct" log_rotate_bytes = 1024000 log_rotate_duration = "3h" log_rotate_max_files = 10 }
        pid_file = "/run/ct.pid"
        wait { min = "5s" max = "10s" }
        syslog { enabled = true facility = "LOCAL5" name = "ct" }
        deduplicate { enabled = true prefix = "consul-template/dedup/" }
        exec {
          command = ["/usr/bin/app", "-v"]
          splay = "5s"
          env { pristine = false custom = ["PATH=$PATH:/etc/app"] allowlist = ["CONSUL_*"] denylist = ["VAULT_*"] }
          reload_signal = "SIGUSR1"
          kill_signal = "SIGINT"
          kill_timeout = "2s"
        }
        template {
          source = "/in.ctmpl"
          destination = "/out"
          create_dest_dirs = true
          command = "restart service foo"
          command_timeout = "60s"
          error_on_missing_key = false
          perms = 0600
          backup = true
          left_delimiter = "{{"
          right_delimiter = "}}"
          function_denylist = ["plugin"]
          sandbox_path = "/sandbox"
          wait { min = "2s" max = "10s" }
        }
        """

    @Test func `the sample of all blocks is read as it stands, without a word`() throws {
        let configuration = try ConfigurationFixture.configuration(Self.sample)
        #expect(configuration.notices == [])
        #expect(configuration.consul.tls.isEnabled && !configuration.consul.tls.verifies)
        #expect(configuration.consul.authentication?.username == "user" && configuration.consul.namespace == "team")
        #expect(configuration.maximumStaleness == .seconds(600) && configuration.blockQueryWait == .seconds(60))
        #expect(configuration.log.file?.rotateOctets == 1_024_000 && configuration.log.syslog?.facility == "LOCAL5")
        #expect(configuration.deduplication.isEnabled && configuration.deduplication.timeToLive == .seconds(15))
        #expect(configuration.exec?.command.arguments == ["/usr/bin/app", "-v"])
        #expect(configuration.exec?.reloadSignal == ProcessSignal("SIGUSR1"))
        let template = try #require(configuration.templates.first)
        #expect(template.command?.command.arguments == ["sh", "-c", "restart service foo"])
        #expect(template.command?.timeout == .seconds(60) && template.permissions == 0o600 && template.keepsBackup)
        #expect(template.wait == WaitWindow(minimum: .seconds(2), maximum: .seconds(10)))
    }

    @Test func `what is not said has the documented value`() throws {
        let configuration = try ConfigurationFixture.configuration(
            #"deduplicate {} exec { command = "x" } template { contents = "t" command = "y" }"#)
        let retry = configuration.consul.retry
        #expect(retry.isEnabled && retry.attempts == 12 && retry.backoff == .milliseconds(250))
        #expect(retry.maximumBackoff == .seconds(60))
        let transport = configuration.consul.transport
        #expect(transport.dialKeepAlive == .seconds(30) && transport.dialTimeout == .seconds(30))
        #expect(transport.idleTimeout == .seconds(5) && transport.maximumIdlePerHost == 100)
        #expect(transport.handshakeTimeout == .seconds(10) && !transport.disablesKeepAlives)
        let sharing = configuration.deduplication
        #expect(!sharing.isEnabled && sharing.prefix == "consul-template/dedup/" && sharing.timeToLive == .seconds(15))
        #expect(sharing.maximumStaleness == .seconds(2) && sharing.blockQueryWait == .seconds(60))
        #expect(configuration.exec?.killSignal == .interrupt && configuration.exec?.killTimeout == .seconds(30))
        #expect(configuration.killSignal == .interrupt && configuration.reloadSignal == .hangUp)
        #expect(configuration.log.level == .warn && configuration.maximumStaleness == .seconds(2))
        let template = try #require(configuration.templates.first)
        #expect(template.createsDirectories && template.isErrorFatal && !template.failsOnMissingKey)
        #expect(template.command?.timeout == .seconds(30) && template.permissions == nil && template.wait == nil)
    }

    @Test(arguments: [
        (#"consul = "10.0.0.1:8500""#, #"consul { address = "10.0.0.1:8500" }"#),
        (#"wait = "5s:10s""#, #"wait { min = "5s" max = "10s" }"#), (#"wait { min = "2s" }"#, #"wait = "2s:8s""#),
        (#"template { contents = "t" perms = 0600 }"#, #"template { contents = "t" perms = "0600" }"#),
        (#"kill_signal = """#, #"kill_signal = "SIGNULL""#),
        (#"deduplicate { prefix = "a/" }"#, #"deduplicate { enabled = true prefix = "a/" }"#),
        (
            #"template { contents = "t" function_denylist = "a, b" }"#,
            #"template { contents = "t" function_denylist = ["a", "b"] }"#
        ),
        (
            #"exec { command = "x" env { whitelist = ["A"] blacklist = ["B"] } }"#,
            #"exec { command = "x" env { allowlist = ["A"] denylist = ["B"] } }"#
        ),
        (#"consul { address = "a" } consul { token = "t" }"#, #"consul { token = "t" }"#),
    ])
    func `two ways to say one thing`(first: String, second: String) throws {
        func plain(_ text: String) throws -> RenderConfiguration {
            var configuration = try ConfigurationFixture.configuration(text + "\ntemplate { contents = \"x\" }")
            configuration.notices = []
            for index in configuration.templates.indices {
                configuration.templates[index].place = SourcePlace(source: "")
            }
            return configuration
        }
        #expect(try plain(first) == plain(second))
    }

    @Test(arguments: [
        (#"token = "t""#, "consul { token"), (#"retry = "1s""#, "consul { retry"),
        ("consul { adres = 1 }", "unknown key"),
        (#"template { destination = "x" }"#, "neither source nor contents"), (#"max_stale = "soon""#, "max_stale"),
        (#"kill_signal = "SIGFOO""#, "no signal"), (#"wait { min = "5s" max = "1s" }"#, "max is less than min"),
        (#"template { source = "a" contents = "b" }"#, "both source and contents"),
    ])
    func `what the documentation forbids is refused`(text: String, words: String) throws {
        let errors = try ConfigurationFixture.read(text).errors
        #expect(errors.contains { $0.contains(words) }, "\(errors)")
    }
}
