import GoFlags
import Testing

@testable import Renderer

@Suite struct RenderFlagsTests {
    private func load(_ arguments: [String], _ environment: [String: String] = [:]) throws -> RenderConfiguration {
        try ConfigurationLoader(try RenderFlags.parse(arguments), environment: environment).load()
    }

    @Test func `modes and paths`() throws {
        let options = try RenderFlags.parse(
            ["-once", "--dry", "-parse-only", "-v", "-rollback", "-config", "a", "-config=b"])
        #expect(options.isOnce && options.isDry && options.isParseOnly && options.showsVersion && options.rollsBack)
        #expect(options.configurationPaths == ["a", "b"])
        #expect(try RenderFlags.parse(["--version"]).showsVersion)
        #expect(try !RenderFlags.parse(["-once=false"]).isOnce)
        #expect(try RenderFlags.parse([]).configurationPaths.isEmpty)
    }

    @Test func `consul-template's flags say what its keys say`() throws {
        let configuration = try load([
            "-consul-addr", "h:1", "-consul-auth", "me:p:w", "-consul-token=t", "-consul-token-file", "f",
            "-consul-retry=false",
            "-consul-retry-attempts=3", "-consul-retry-backoff=1s", "-consul-retry-max-backoff", "2s", "-consul-ssl",
            "-consul-ssl-ca-cert=ca",
            "-consul-ssl-ca-path=cas", "-consul-ssl-cert=c", "-consul-ssl-key=k", "-consul-ssl-server-name=n",
            "-consul-ssl-verify=false",
            "-consul-transport-dial-keep-alive=3s", "-consul-transport-dial-timeout=4s",
            "-consul-transport-disable-keep-alives",
            "-consul-transport-max-idle-conns-per-host=5", "-consul-transport-tls-handshake-timeout=6s", "-wait",
            "1s:2s", "-max-stale=7s", "-dedup",
            "-kill-signal", "TERM", "-reload-signal", "", "-pid-file", "p", "-default-left-delimiter", "<",
            "-default-right-delimiter", ">",
            "-template-error-fatal=false", "-exec", "run it", "-exec-kill-signal=SIGUSR1", "-exec-kill-timeout=8s",
            "-exec-reload-signal=hup",
            "-exec-splay=9s", "-exec-env-pristine", "-exec-env-custom", "A=1", "-exec-env-custom=B=2",
            "-exec-env-allowlist=P*", "-exec-env-denylist=Q",
            "-log-level", "trace", "-log-file=l", "-log-rotate-bytes=1k", "-log-rotate-duration=1h",
            "-log-rotate-max-files=-1", "-syslog",
            "-syslog-facility=LOCAL1", "-syslog-name=me", "-template", "in:out:cmd -x a:b", "--template=in2",
        ])
        let consul = configuration.consul
        #expect(consul.address == "h:1" && consul.token?.value == "t" && consul.tokenFile == "f")
        #expect(consul.authentication == BasicAuthentication(username: "me", password: Secret("p:w")))
        #expect(!consul.retry.isEnabled && consul.retry.attempts == 3)
        #expect(consul.retry.backoff == .seconds(1) && consul.retry.maximumBackoff == .seconds(2))
        var tls = TLSSettings()
        (tls.isEnabled, tls.verifies, tls.authorities, tls.authoritiesFolder) = (true, false, "ca", "cas")
        (tls.certificate, tls.key, tls.serverName) = ("c", "k", "n")
        #expect(consul.tls == tls)
        #expect(consul.transport.dialKeepAlive == .seconds(3) && consul.transport.dialTimeout == .seconds(4))
        #expect(consul.transport.disablesKeepAlives && consul.transport.maximumIdlePerHost == 5)
        #expect(consul.transport.handshakeTimeout == .seconds(6))
        #expect(configuration.maximumStaleness == .seconds(7) && configuration.deduplication.isEnabled)
        #expect(configuration.killSignal == .terminate && configuration.reloadSignal == nil)
        #expect(configuration.pidFile == "p")
        let exec = try #require(configuration.exec)
        #expect(exec.command.arguments == ["sh", "-c", "run it"] && exec.killSignal?.name == "SIGUSR1")
        #expect(exec.killTimeout == .seconds(8) && exec.reloadSignal == .hangUp && exec.splay == .seconds(9))
        #expect(exec.environment.isPristine && exec.environment.custom.map(\.name) == ["A", "B"])
        #expect(
            exec.environment.allowed.map(\.description) == ["P*"] && exec.environment.denied.map(\.description) == ["Q"]
        )
        #expect(configuration.log.level == .trace)
        let file = try #require(configuration.log.file)
        #expect(
            file.path == "l" && file.rotateOctets == 1024 && file.rotateInterval == .seconds(3600)
                && file.rotateFiles == -1)
        #expect(configuration.log.syslog?.facility == "LOCAL1" && configuration.log.syslog?.name == "me")
        try #require(configuration.templates.count == 2)
        let template = configuration.templates[0]
        #expect(template.source == .file("in") && template.destination == "out")
        #expect(template.command?.command.words == ["cmd -x a:b"])
        #expect(template.wait == WaitWindow(minimum: .seconds(1), maximum: .seconds(2)))
        #expect(template.delimiters.left == "<" && template.delimiters.right == ">" && !template.isErrorFatal)
        #expect(template.place.description == "-template")
        #expect(configuration.templates[1].source == .file("in2") && configuration.templates[1].destination == nil)
    }

    @Test func `Portico's flags`() throws {
        let configuration = try load([
            "--store", "file:x", "--state-dir", "d", "--missing-timeout=1m", "--check", "c {}", "--check-timeout=1s",
            "--in-place", "--versions=9",
            "--on-error=stop", "--reload-min-interval=2s", "--reload-verify=v", "--haproxy-runtime-socket=r",
            "--haproxy-master-socket=m",
            "--haproxy-pid-file=p", "--retry=3s", "--template", "a:b",
        ])
        #expect(configuration.store == "file:x" && configuration.stateDirectory == "d")
        #expect(configuration.missingTimeout == .seconds(60) && configuration.consul.retry.backoff == .seconds(3))
        let template = try #require(configuration.templates.first)
        #expect(template.check?.command.words == ["c {}"] && template.check?.timeout == .seconds(1))
        #expect(template.writesInPlace && template.keptVersions == 9 && template.onError == .stop)
        #expect(template.reload.minimumInterval == .seconds(2) && template.reload.verification?.words == ["v"])
        #expect(template.haproxy?.runtimeSocket == "r" && template.haproxy?.masterSocket == "m")
        #expect(template.haproxy?.pidFile == "p")
    }

    @Test(arguments: [
        (["-nope"], "flag provided but not defined: -nope"),
        (["-once", "x", "-dry"], "cli: extra args: [\"x\" \"-dry\"]"),
        (["-wait", "5"], "invalid value \"5\" for flag -wait: time: missing unit in duration \"5\""),
        (["-wait="], "invalid value \"\" for flag -wait: wait: cannot be empty"),
        (["-wait=1s:2s:3s"], "invalid value \"1s:2s:3s\" for flag -wait: wait: invalid format"),
        (["-wait=-1s"], "invalid value \"-1s\" for flag -wait: wait: cannot be negative"),
        (["-wait=2s:1s"], "invalid value \"2s:1s\" for flag -wait: wait: min must be less than max"),
        (["-template", " "], "invalid value \" \" for flag -template: template: cannot be empty"),
        (["-template", ":::"], "invalid value \":::\" for flag -template: template: cannot be empty"),
        (["-max-stale", "x"], "invalid value \"x\" for flag -max-stale: parse error"),
        (["-max-stale", "-1s"], "invalid value \"-1s\" for flag -max-stale: a duration is not negative"),
        (
            ["-kill-signal", "SIGHOP"],
            "invalid value \"SIGHOP\" for flag -kill-signal: \"SIGHOP\" is no signal: did you mean SIGHUP?"
        ),
        (["-log-level", "x"], "invalid value \"x\" for flag -log-level: it is one of trace, debug, info, warn, err"),
        (["-on-error", "x"], "invalid value \"x\" for flag -on-error: it is keep or stop"),
        (["-consul-retry-attempts", "many"], "invalid value \"many\" for flag -consul-retry-attempts: parse error"),
        (["-consul-ssl=x"], "invalid boolean value \"x\" for -consul-ssl: parse error"),
        (["-consul-auth="], "invalid value \"\" for flag -consul-auth: auth: cannot be empty"),
        (["-config"], "flag needs an argument: -config"),
    ])
    func `mistakes on the command line end with 13`(arguments: [String], message: String) {
        let error = #expect(throws: RenderFlagError.self) { try RenderFlags.parse(arguments) }
        #expect(error?.description == message)
        #expect(error?.exit.status == 13)
        #expect(error?.isHelp == false)
    }

    @Test func `help is no mistake`() {
        let error = #expect(throws: RenderFlagError.self) { try RenderFlags.parse(["-h"]) }
        #expect(error?.isHelp == true && error?.exit.status == 0)
        #expect(RenderFlags.usageText.hasPrefix("Usage: portico render [options]\n"))
        #expect(RenderFlags.usageText.contains("\n  -consul-addr address\n    \taddress of Consul\n"))
        #expect(RenderFlags.usageText.contains("\n  -once\n    \tend when everything was rendered once\n"))
    }

    @Test(arguments: RenderFlags.values.map(\.flag))
    func `every flag says a key that there is`(flag: String) throws {
        let value = try #require(RenderFlags.values.first { $0.flag == flag })
        var table = KeyTable.root
        for name in value.key.split(separator: ".") {
            let key = try #require(table.key(String(name)), "\(value.key)")
            if case .block(let inner) = key.shape { table = inner }
        }
        #expect(!value.usage.isEmpty)
    }

    @Test func `a value that only the configuration can judge is told by its flag`() throws {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try load(["-versions=1000", "-kill-signal=KILL", "-consul-retry-attempts=-1"])
        }
        #expect(
            failure?.errors.map(\.description) == [
                "-consul-retry-attempts: consul.retry.attempts is -1: it is a whole number from 0 to 2147483647, without quotes",
                "-kill-signal: kill_signal is \"KILL\": no process can catch it",
                "-versions: versions is 1000: it is a whole number from 0 to 100, without quotes",
            ])
    }

    @Test(
        arguments: [
            (0, RenderExit.done), (11, .failed), (12, .interrupted), (13, .badFlags), (14, .runFailed),
            (15, .badConfiguration), (7, .child(7)),
        ] as [(Int32, RenderExit)])
    func `exit statuses are consul-template's`(status: Int32, exit: RenderExit) {
        #expect(exit.status == status)
    }
}
