import Discovery
import Gateway
import Testing

@testable import Control

@Suite struct EdgeSettingsTests {
    @Test func `flags win over the environment, and both over the file`() {
        var file = EdgeConfiguration()
        file.store = "file:a"
        file.workers = 1
        file.domains = ["file.example"]
        var flags = EdgeSettings()
        flags.store = "file:c"
        flags.listen = ["127.0.0.1:1"]
        let environment = EdgeSettings(environment: [
            "PORTICO_STORE": "file:b", "PORTICO_WORKERS": "2", "PORTICO_LISTEN": "127.0.0.1:2,127.0.0.1:3",
            "PORTICO_CONFIG": "", "PORTICO_DRAIN": "5s",
        ])
        let settings = flags.over(environment)
        let (configuration, errors) = settings.applied(to: file)
        #expect(errors.isEmpty)
        #expect(configuration.store == "file:c")
        #expect(configuration.workers == 2)
        #expect(configuration.listeners.map(\.name) == ["127.0.0.1:1"])
        #expect(configuration.domains == ["file.example"])
        #expect(settings.config == nil)
        #expect(settings.drainSeconds == 5)
    }

    @Test func `without any address it is port 80`() {
        #expect(EdgeSettings().applied(to: EdgeConfiguration()).configuration.listeners.map(\.name) == [":80"])
    }

    @Test func `addresses for https are listeners of their own, and no port 80 is opened beside them`() {
        var settings = EdgeSettings()
        settings.listenTLS = [":443"]
        settings.certs = "/etc/certs"
        let configuration = settings.applied(to: EdgeConfiguration()).configuration
        #expect(configuration.listeners.map(\.name) == [":443"])
        #expect(configuration.listeners.map(\.gateway.http2) == [true])
        #expect(configuration.listeners.map(\.gateway.tls) == [TLSListenerConfiguration()])
        #expect(configuration.listeners.map { $0.certificates.map(configuration.folder) } == ["/etc/certs"])
        settings.listen = [":80"]
        #expect(settings.applied(to: EdgeConfiguration()).configuration.listeners.map(\.name) == [":80", ":443"])
        let environment = EdgeSettings(environment: ["PORTICO_LISTEN_TLS": ":1,:2", "PORTICO_CERTS": "c"])
        #expect(EdgeSettings().over(environment).listenTLS == [":1", ":2"])
        #expect(EdgeSettings().over(environment).certs == "c")
        #expect(settings.over(environment).listenTLS == [":443"])
    }

    @Test func `all that makes no sense is told at once`() {
        var settings = EdgeSettings()
        settings.listen = ["nowhere", "127.0.0.1:1"]
        settings.listenTLS = ["443", "127.0.0.1:1"]
        settings.workers = "-1"
        settings.domains = ["a b"]
        settings.drain = "long"
        #expect(
            settings.applied(to: EdgeConfiguration()).errors.map(\.source) == [
                "--listen", "--listen-tls", "--listen-tls", "--domain", "--workers", "--drain",
            ])
    }

    @Test func `a file that is not there is named`() {
        var flags = EdgeSettings()
        flags.config = "/nowhere/portico.yaml"
        let loader = ConfigurationLoader(flags: flags, environment: [:])
        #expect {
            try loader.load()
        } throws: { error in
            "\(error)" == "/nowhere/portico.yaml: there is no such file: --config names the configuration"
        }
    }

    @Test func `what a running edge cannot take up is named`() {
        var new = EdgeConfiguration()
        #expect(new.restartKeys(comparedTo: EdgeConfiguration()) == [])
        new.domains = ["a.example"]
        new.storeGrace = .seconds(1)
        #expect(new.restartKeys(comparedTo: EdgeConfiguration()) == [])
        new.workers = 2
        new.store = "file:x"
        #expect(new.restartKeys(comparedTo: EdgeConfiguration()) == ["store", "workers"])
    }
}
