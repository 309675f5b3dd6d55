import Testing

@testable import Renderer

@Suite struct RenderConfigurationTests {
    @Test func `nothing said leaves consul-template's defaults`() throws {
        let configuration = try ConfigurationFixture.configuration("")
        #expect(configuration == RenderConfiguration())
        #expect(configuration.consul.address == nil)
        #expect(configuration.consul.retry.isEnabled)
        #expect(configuration.consul.retry.attempts == 12)
        #expect(configuration.consul.retry.backoff == .milliseconds(250))
        #expect(configuration.consul.retry.maximumBackoff == .seconds(60))
        #expect(!configuration.consul.tls.isEnabled && configuration.consul.tls.verifies)
        #expect(configuration.consul.transport.dialTimeout == .seconds(30))
        #expect(configuration.consul.transport.idleTimeout == .seconds(5))
        #expect(configuration.consul.transport.maximumIdlePerHost == 100)
        #expect(configuration.consul.transport.handshakeTimeout == .seconds(10))
        #expect(!configuration.deduplication.isEnabled)
        #expect(configuration.deduplication.prefix == "consul-template/dedup/")
        #expect(configuration.exec == nil)
        #expect(configuration.killSignal?.name == "SIGINT")
        #expect(configuration.reloadSignal?.name == "SIGHUP")
        #expect(configuration.log.level == .warn)
        #expect(configuration.log.file == nil && configuration.log.syslog == nil)
        #expect(configuration.maximumStaleness == .seconds(2))
        #expect(configuration.blockQueryWait == .seconds(60))
        #expect(configuration.pidFile == nil)
        #expect(configuration.missingTimeout == nil)
        #expect(configuration.templates.isEmpty && configuration.notices.isEmpty)
    }

    @Test func `a template's defaults`() throws {
        let configuration = try ConfigurationFixture.configuration(#"template { source = "in" }"#)
        let template = try #require(configuration.templates.first)
        #expect(template == TemplateSettings(.file("in"), at: SourcePlace(source: "a.hcl", line: 1, column: 10)))
        #expect(template.createsDirectories && template.isErrorFatal)
        #expect(!template.keepsBackup && !template.failsOnMissingKey && !template.writesInPlace)
        #expect(template.delimiters.left == "{{" && template.delimiters.right == "}}")
        #expect(template.permissions == nil && template.user == nil && template.command == nil)
        #expect(template.keptVersions == 3)
        #expect(template.onError == .keep)
        #expect(template.reload.minimumInterval == .seconds(1))
        #expect(template.answerGuard.isEnabled && template.answerGuard.hold == .seconds(30))
        #expect(template.name == #""in" => """#)
    }

    static let full = """
        consul {
          address = "consul.example.com:8500"
          namespace = "team"
          token = "c0ffee"
          token_file = "/etc/token"
          auth { username = "me" password = "pw" }
          retry { enabled = false attempts = 0 backoff = "1s" max_backoff = "1m30s" }
          ssl {
            verify = false
            cert = "c.pem"
            key = "k.pem"
            ca_cert = "ca.pem"
            ca_cert_bytes = "PEM"
            ca_path = "cas/"
            server_name = "s"
          }
          transport {
            dial_keep_alive = "1s"
            dial_timeout = "2s"
            disable_keep_alives = true
            idle_conn_timeout = "3s"
            max_idle_conns = 4
            max_idle_conns_per_host = 5
            max_conns_per_host = 6
            tls_handshake_timeout = "7s"
          }
        }
        deduplicate { prefix = "d/" ttl = "20s" max_stale = "3s" block_query_wait = "10s" }
        default_delimiters { left = "<<" right = ">>" }
        exec {
          command = "app --port 80"
          env { pristine = true custom = ["A=b=c", "D="] allowlist = ["PATH"] denylist = ["LD_*", "AWS_*"] }
          kill_signal = "SIGTERM"
          kill_timeout = "5s"
          reload_signal = "usr1"
          splay = "2s"
          timeout = "1h"
        }
        kill_signal = "SIGQUIT"
        reload_signal = ""
        log_level = "DEBUG"
        log_file { path = "/var/log/r.log" log_rotate_bytes = 1024 log_rotate_duration = "1h" log_rotate_max_files = -1 }
        max_stale = "0s"
        block_query_wait = "30s"
        err_on_failed_lookup = true
        pid_file = "/run/r.pid"
        syslog { facility = "local3" name = "render" }
        template_error_fatal = false
        wait { min = "5s" }
        store = "consul://127.0.0.1:8500"
        state_dir = "/var/lib/portico"
        missing_timeout = "1m"
        """

    @Test func `every key outside of templates is understood`() throws {
        let configuration = try ConfigurationFixture.configuration(Self.full)
        let consul = configuration.consul
        #expect(consul.address == "consul.example.com:8500")
        #expect(consul.namespace == "team")
        #expect(consul.token == Secret("c0ffee"))
        #expect(consul.tokenFile == "/etc/token")
        #expect(consul.authentication == BasicAuthentication(username: "me", password: Secret("pw")))
        #expect(!consul.retry.isEnabled)
        #expect(consul.retry.attempts == 0)
        #expect(consul.retry.backoff == .seconds(1))
        #expect(consul.retry.maximumBackoff == .seconds(90))
        #expect(consul.tls.isEnabled && !consul.tls.verifies)
        #expect([consul.tls.certificate, consul.tls.key, consul.tls.authorities] == ["c.pem", "k.pem", "ca.pem"])
        #expect(
            [consul.tls.authoritiesText, consul.tls.authoritiesFolder, consul.tls.serverName] == ["PEM", "cas/", "s"])
        #expect(consul.transport.dialKeepAlive == .seconds(1))
        #expect(consul.transport.dialTimeout == .seconds(2))
        #expect(consul.transport.disablesKeepAlives)
        #expect(consul.transport.idleTimeout == .seconds(3))
        #expect(consul.transport.maximumIdle == 4)
        #expect(consul.transport.maximumIdlePerHost == 5)
        #expect(consul.transport.maximumPerHost == 6)
        #expect(consul.transport.handshakeTimeout == .seconds(7))
        #expect(configuration.deduplication.isEnabled)
        #expect(configuration.deduplication.prefix == "d/")
        #expect(configuration.deduplication.timeToLive == .seconds(20))
        #expect(configuration.deduplication.maximumStaleness == .seconds(3))
        #expect(configuration.deduplication.blockQueryWait == .seconds(10))
        #expect(configuration.killSignal?.name == "SIGQUIT")
        #expect(configuration.reloadSignal == nil)
        #expect(configuration.log.level == .debug)
        let file = try #require(configuration.log.file)
        #expect(file.path == "/var/log/r.log" && file.rotateOctets == 1024 && file.rotateFiles == -1)
        #expect(file.rotateInterval == .seconds(3600))
        #expect(configuration.log.syslog?.facility == "LOCAL3")
        #expect(configuration.log.syslog?.name == "render")
        #expect(configuration.maximumStaleness == .zero)
        #expect(configuration.blockQueryWait == .seconds(30))
        #expect(configuration.failsOnFailedLookup)
        #expect(configuration.pidFile == "/run/r.pid")
        #expect(configuration.store == "consul://127.0.0.1:8500")
        #expect(configuration.stateDirectory == "/var/lib/portico")
        #expect(configuration.missingTimeout == .seconds(60))
        #expect(configuration.notices.count == 1 && "\(configuration.notices)".contains("max_idle_conns"))
    }

    @Test func `the child of exec mode`() throws {
        let exec = try #require(try ConfigurationFixture.configuration(Self.full).exec)
        #expect(exec.command.arguments == ["sh", "-c", "app --port 80"])
        #expect(exec.environment.isPristine)
        #expect(exec.environment.custom.map(\.name) == ["A", "D"])
        #expect(exec.environment.custom.map(\.value) == ["b=c", ""])
        #expect(exec.environment.allowed.map(\.description) == ["PATH"])
        #expect(exec.environment.denied.map(\.description) == ["LD_*", "AWS_*"])
        #expect(exec.killSignal?.name == "SIGTERM")
        #expect(exec.killTimeout == .seconds(5))
        #expect(exec.reloadSignal?.name == "SIGUSR1")
        #expect(exec.splay == .seconds(2))
        #expect(exec.timeout == .seconds(3600))
        let plain = try #require(try ConfigurationFixture.configuration(#"exec { command = ["app", "a b"] }"#).exec)
        #expect(plain.command.arguments == ["app", "a b"])
        #expect(plain.killSignal == .interrupt && plain.reloadSignal == nil && plain.timeout == .zero)
        #expect(try ConfigurationFixture.configuration(#"exec { command = "app" enabled = false }"#).exec == nil)
        #expect(try ConfigurationFixture.configuration(#"exec { command = "" }"#).exec == nil)
    }

    @Test func `every key of a template is understood`() throws {
        let text = """
            default_delimiters { left = "<<" right = ">>" }
            template {
              contents = <<EOF
            x
            EOF
              destination = "out"
              create_dest_dirs = false
              exec {
                command = ["reload", "it"]
                timeout = "10s"
                env { custom = ["A=b"] }
                kill_signal = "SIGNULL"
                kill_timeout = "1s"
                reload_signal = "HUP"
                splay = "1ms"
              }
              perms = 0640
              user = "www-data"
              group = 33
              backup = true
              error_on_missing_key = true
              error_fatal = false
              left_delimiter = "[["
              function_denylist = ["sprig_*", "env"]
              function_blacklist = "env, file"
              sandbox_path = "/srv"
              wait { min = "1s" max = "3s" }
              check = "haproxy -c -f {}"
              check_timeout = "5s"
              in_place = true
              versions = 0
              on_error = "stop"
              reload { min_interval = "5s" verify = "pgrep haproxy" timeout = "2s" }
              haproxy { runtime_socket = "/run/h.sock" master_socket = "/run/m.sock" pid_file = "/run/h.pid" }
              guard { enabled = false empty = false max_drop = "12.5%" min_items = 5 hold = "1m" }
            }
            """
        let template = try #require(try ConfigurationFixture.configuration(text).templates.first)
        #expect(template.source == .contents("x\n"))
        #expect(template.destination == "out")
        #expect(!template.createsDirectories)
        let command = try #require(template.command)
        #expect(command.command.words == ["reload", "it"])
        #expect(command.timeout == .seconds(10) && command.killTimeout == .seconds(1))
        #expect(command.killSignal == nil && command.reloadSignal == .hangUp && command.splay == .milliseconds(1))
        #expect(command.environment.custom == [EnvironmentFilter.Variable(name: "A", value: "b")])
        #expect(template.permissions == 0o640)
        #expect(template.user == .name("www-data") && template.group == .number(33))
        #expect(template.keepsBackup && template.failsOnMissingKey && !template.isErrorFatal)
        #expect(template.delimiters.left == "[[" && template.delimiters.right == ">>")
        #expect(template.deniedFunctions.map(\.description) == ["sprig_*", "env", "file"])
        #expect(template.sandbox == "/srv")
        #expect(template.wait == WaitWindow(minimum: .seconds(1), maximum: .seconds(3)))
        #expect(template.check?.command.arguments(checking: "/t") == ["sh", "-c", "haproxy -c -f '/t'"])
        #expect(template.check?.timeout == .seconds(5))
        #expect(template.writesInPlace && template.keptVersions == 0 && template.onError == .stop)
        #expect(template.reload.minimumInterval == .seconds(5))
        #expect(template.reload.verification?.words == ["pgrep haproxy"])
        #expect(template.reload.verificationTimeout == .seconds(2))
        #expect(template.haproxy?.runtimeSocket == "/run/h.sock")
        #expect(template.haproxy?.masterSocket == "/run/m.sock")
        #expect(template.haproxy?.pidFile == "/run/h.pid")
        #expect(!template.answerGuard.isEnabled && !template.answerGuard.holdsEmpty)
        #expect(template.answerGuard.maximumDrop == 0.125 && template.answerGuard.minimumEntries == 5)
        #expect(template.answerGuard.hold == .seconds(60))
        #expect(template.name == #""(dynamic)" => "out""#)
    }

    @Test func `what stands outside of templates is a default for each`() throws {
        let text = """
            check = "true {}"
            check_timeout = "1s"
            versions = 7
            on_error = "stop"
            in_place = true
            reload { min_interval = "9s" command = "reload all" }
            haproxy { runtime_socket = "/a" pid_file = "/p" }
            guard { hold = "2s" max_drop = "10%" }
            wait = "2s:4s"
            template_error_fatal = false
            template { source = "one" }
            template {
              source = "two"
              check = ""
              versions = 1
              on_error = "keep"
              in_place = false
              command = "reload two"
              command_timeout = "3s"
              reload { min_interval = "1ms" }
              haproxy { runtime_socket = "/b" }
              guard { max_drop = "20%" }
              wait { enabled = false }
              error_fatal = true
            }
            """
        let templates = try ConfigurationFixture.configuration(text).templates
        try #require(templates.count == 2)
        #expect(templates[0].check?.timeout == .seconds(1))
        #expect(templates[0].keptVersions == 7 && templates[0].onError == .stop && templates[0].writesInPlace)
        #expect(templates[0].command?.command.words == ["reload all"])
        #expect(templates[0].command?.timeout == .seconds(30))
        #expect(templates[0].reload.minimumInterval == .seconds(9))
        #expect(templates[0].wait == WaitWindow(minimum: .seconds(2)) || templates[0].wait?.maximum == .seconds(4))
        #expect(!templates[0].isErrorFatal)
        #expect(templates[1].check == nil)
        #expect(templates[1].keptVersions == 1 && templates[1].onError == .keep && !templates[1].writesInPlace)
        #expect(templates[1].command?.command.words == ["reload two"])
        #expect(templates[1].command?.timeout == .seconds(3))
        #expect(templates[1].reload.minimumInterval == .milliseconds(1))
        #expect(templates[1].haproxy?.runtimeSocket == "/b" && templates[1].haproxy?.pidFile == "/p")
        #expect(templates[1].answerGuard.maximumDrop == 0.2 && templates[1].answerGuard.hold == .seconds(2))
        #expect(templates[1].wait == nil)
        #expect(templates[1].isErrorFatal)
    }

    @Test(
        arguments: [
            (#"wait = "5s""#, WaitWindow(minimum: .seconds(5), maximum: .seconds(20))),
            (#"wait = " 5s : 10s ""#, WaitWindow(minimum: .seconds(5), maximum: .seconds(10))),
            (#"wait { min = "5s" }"#, WaitWindow(minimum: .seconds(5), maximum: .seconds(20))),
            (#"wait { min = "5s" max = "6s" }"#, WaitWindow(minimum: .seconds(5), maximum: .seconds(6))),
            (#"wait { min = "5s" enabled = false }"#, nil), (#"wait { min = "5s" bool = false }"#, nil),
            (#"wait { min = "0s" }"#, nil), (#"wait { max = "5s" }"#, nil), (#"wait { enabled = true }"#, nil),
            ("wait {}", nil),
            (#"wait { min = 0 max = "5s" enabled = true }"#, WaitWindow(minimum: .zero, maximum: .seconds(5))),
        ] as [(String, WaitWindow?)])
    func `a wait is on when its minimum is said`(text: String, window: WaitWindow?) throws {
        #expect(
            try ConfigurationFixture.configuration(text + " template { source = \"x\" }").templates[0].wait == window)
    }

    @Test func `a run that is made once does not wait`() throws {
        let text = #"wait = "5s" template { source = "x" wait { min = "1s" } }"#
        let (configuration, errors) = try ConfigurationFixture.read(text, isOnce: true)
        #expect(errors.isEmpty)
        #expect(configuration.templates[0].wait == nil)
    }

    @Test(
        arguments: [
            ("perms = 0600", 0o600), ("perms = \"0600\"", 0o600), ("perms = \"600\"", 0o600), ("perms = 384", 0o600),
            ("perms = 0x180", 0o600),
            ("perms = 0", nil), ("perms = \"0\"", nil), ("perms = 04755", 0o4755), ("perms = \"0o644\"", 0o644),
            ("", nil),
        ] as [(String, UInt32?)])
    func `permissions are octal`(text: String, permissions: UInt32?) throws {
        #expect(
            try ConfigurationFixture.configuration("template { source = \"x\" \(text) }").templates[0].permissions
                == permissions)
    }

    @Test(
        arguments: [
            ("command = \"reload\"", ["reload"]), ("command = \"a b, c\"", ["sh", "-c", "a b, c"]),
            ("command = [\"a\", \"b c\"]", ["a", "b c"]),
            ("command = [\"a b\"]", ["sh", "-c", "a b"]), ("command = \"\"", nil), ("command = []", nil),
            ("command = [\"\"]", nil),
            ("command = \" \"", nil), ("command = \"x\" exec { command = \"y\" }", ["y"]),
            ("command = \"x\" exec { enabled = false }", nil),
            ("reload { command = \"z\" }", ["z"]), ("", nil),
        ] as [(String, [String]?)])
    func `a text is one command and a list is words`(text: String, arguments: [String]?) throws {
        let template = try ConfigurationFixture.configuration("template { source = \"x\" \(text) }").templates[0]
        #expect(template.command?.command.arguments == arguments)
    }

    @Test func `a block that is given twice counts once, and as the last one says`() throws {
        let configuration = try ConfigurationFixture.configuration(
            """
            consul { address = "a" token = "t" }
            consul { namespace = "n" }
            pid_file = "one"
            pid_file = "two"
            exec = [{ command = "a" }, { command = "b" }]
            """)
        #expect(configuration.consul.address == nil && configuration.consul.token == nil)
        #expect(configuration.consul.namespace == "n")
        #expect(configuration.pidFile == "two")
        #expect(configuration.exec?.command.words == ["b"])
    }

    @Test func `older forms are still understood`() throws {
        let configuration = try ConfigurationFixture.configuration(
            """
            consul = "host:8500"
            CONSUL_UNUSED = 1
            """.replacing("CONSUL_UNUSED = 1", with: "Max_Stale = \"1s\""))
        #expect(configuration.consul.address == "host:8500")
        #expect(configuration.maximumStaleness == .seconds(1))
        let exec = try #require(
            try ConfigurationFixture.configuration(
                #"exec { command = "a" env { whitelist = "A,B" blacklist = ["C"] } }"#
            ).exec)
        #expect(exec.environment.allowed.map(\.description) == ["A", "B"])
        #expect(exec.environment.denied.map(\.description) == ["C"])
        let template = try ConfigurationFixture.configuration(#"template { source = "x" uid = 1000 gid = 0 }"#)
            .templates[0]
        #expect(template.user == .number(1000) && template.group == .number(0))
    }

    @Test func `JSON and YAML mean the same as HCL`() throws {
        let hcl = """
            consul { address = "h:1" retry { attempts = 3 } }
            wait { min = "1s" }
            template { source = "a" destination = "b" perms = 0600 command = ["x", "y"] }
            template { source = "c" wait = "2s:3s" function_denylist = "env" }
            """
        let json = """
            {"consul": {"address": "h:1", "retry": [{"attempts": 3}]}, "wait": {"min": "1s"}, "pid_file": null,
             "template": [{"source": "a", "destination": "b", "perms": 384, "command": ["x", "y"]},
              {"source": "c", "wait": "2s:3s", "function_denylist": ["env"]}]}
            """
        let yaml = """
            consul: { address: "h:1", retry: { attempts: 3 } }
            wait: { min: 1s }
            template:
              - { source: a, destination: b, perms: 0600, command: [x, y] }
              - source: c
                wait: 2s:3s
                function_denylist: env
            """
        func plain(_ configuration: RenderConfiguration) -> RenderConfiguration {
            var plain = configuration
            for index in plain.templates.indices { plain.templates[index].place = SourcePlace(source: "") }
            return plain
        }
        let expected = plain(try ConfigurationFixture.configuration(hcl))
        #expect(expected.templates.count == 2)
        #expect(plain(try ConfigurationFixture.configuration(json, name: "a.json")) == expected)
        #expect(plain(try ConfigurationFixture.configuration(json)) == expected)
        #expect(plain(try ConfigurationFixture.configuration(yaml, name: "a.yaml")) == expected)
    }

    @Test func `Vault and Nomad are understood, told apart and refused`() throws {
        let configuration = try ConfigurationFixture.configuration(
            """
            vault {
              address = "https://v:8200" namespace = "n" token = "t" vault_agent_token_file = "f" unwrap_token = true
              renew_token = false client_user_agent = "u" default_lease_duration = "1m" lease_renewal_threshold = 0.5
              k8s_auth_role_name = "r" k8s_service_account_token_path = "p" k8s_service_mount_path = "m"
              retry { attempts = 1 } ssl { verify = false ca_cert = "ca" } transport { dial_timeout = "1s" }
            }
            nomad { address = "n:4646" auth_username = "a" auth_password = "b" enabled = false }
            """)
        #expect(configuration.vault.isConfigured && configuration.nomad.isConfigured)
        #expect(configuration.vault.kind.refusal.contains("Vault is no source here"))
        #expect(
            configuration.notices.map(\.description) == [
                "a.hcl:1:7: vault: Vault is no source here: keep such values in the store, in a file or in the environment"
            ])
        let environment = configuration.commandEnvironment
        #expect(environment["VAULT_ADDR"] == "https://v:8200")
        #expect(environment["VAULT_SKIP_VERIFY"] == "true")
        #expect(environment["VAULT_CACERT"] == "ca")
        #expect(environment["VAULT_TOKEN"] == nil)
        #expect(environment["NOMAD_ADDR"] == "n:4646")
    }

    @Test func `commands find Consul's settings in their environment`() throws {
        let environment = try ConfigurationFixture.configuration(Self.full).commandEnvironment
        #expect(
            environment == [
                "CONSUL_HTTP_ADDR": "consul.example.com:8500", "CONSUL_HTTP_TOKEN": "c0ffee",
                "CONSUL_HTTP_TOKEN_FILE": "/etc/token", "CONSUL_HTTP_AUTH": "me:pw", "CONSUL_HTTP_SSL": "true",
                "CONSUL_HTTP_SSL_VERIFY": "false",
            ])
        #expect(
            RenderConfiguration().commandEnvironment == ["CONSUL_HTTP_SSL": "false", "CONSUL_HTTP_SSL_VERIFY": "true"])
    }

    @Test func `secrets are not printed`() throws {
        let configuration = try ConfigurationFixture.configuration(Self.full)
        var text = "\(configuration) \(String(reflecting: configuration))"
        dump(configuration, to: &text)
        #expect(!text.contains("c0ffee") && !text.contains("\"pw\""))
    }

    @Test func `what is odd is noted`() throws {
        let notices = try ConfigurationFixture.configuration("once = true\nparseonly = true\nwait { max = \"1s\" }")
            .notices
        #expect(
            notices.map(\.description) == [
                "a.hcl:1:8: once has no effect in a file, as in consul-template: use the flag -once",
                "a.hcl:2:13: parseonly has no effect in a file, as in consul-template: use the flag -parse-only",
                "a.hcl:3:6: wait has a max and no min: it is off",
            ])
    }
}
