import Discovery
import FoundationEssentials
import KeyValue
import Logging
import Routing
import Testing

@testable import Control

/// Zones and the key of sticky cookies: what they are made of and what follows from them.
@Suite struct BalanceConfigurationTests {
    private func table(_ configuration: EdgeConfiguration, _ services: [String: String]) -> TableDescription {
        var state = ControlState(configuration: configuration, storeName: "memory:")
        state.take(services: .init(listing: listing("services/", services)), now: .zero)
        state.take(routes: .init(listing: listing("routes/", [:])), now: .zero)
        _ = state.advance(now: .zero)
        return state.parts.description(generation: state.generation)
    }

    @Test func `endpoints of the edge's zone are near`() throws {
        let services = [
            "a-80/h:a:80": "10.0.0.1:80 zone=east", "a-80/h:b:80": "10.0.0.2:80 zone=west",
            "a-80/h:c:80": "10.0.0.3:80",
        ]
        var file = ConfigurationFile("zone: east", source: "p")
        try #require(file.errors.isEmpty)
        #expect(table(file.configuration, services).services[0].endpoints.map(\.isNear) == [true, false, false])
        var flags = EdgeSettings()
        flags.zone = "west"
        let settings = flags.over(EdgeSettings(environment: ["PORTICO_ZONE": "north"]))
        let configuration = settings.applied(to: file.configuration).configuration
        #expect(table(configuration, services).services[0].endpoints.map(\.isNear) == [false, true, false])
        file = ConfigurationFile("", source: "p")
        #expect(table(file.configuration, services).services[0].endpoints.map(\.isNear) == [false, false, false])
    }

    @Test func `a zone that changes changes the table`() throws {
        var state = ControlState(configuration: EdgeConfiguration(), storeName: "memory:")
        state.take(
            services: .init(listing: listing("services/", ["a-80/h:a:80": "10.0.0.1:80 zone=east"])), now: .zero)
        state.take(routes: .init(listing: listing("routes/", [:])), now: .zero)
        _ = state.advance(now: .zero)
        state.take(ConfigurationFile("zone: east", source: "p").configuration)
        #expect(state.advance(now: .zero)?.changes.changedEndpoints == ["a-80/10.0.0.1:80"])
    }

    @Test func `a secret's file gives the key, whatever ends its line`() throws {
        let directory = try TemporaryDirectory()
        func key(_ text: String) throws -> SipKey? {
            try WholeFile(directory: directory.path, name: "secret").write(Array(text.utf8), mode: 0o600)
            let file = ConfigurationFile("sticky_secret: secret", source: "\(directory.path)/p.yaml")
            try #require(file.errors.isEmpty)
            #expect(file.configuration.notices.isEmpty)
            return file.configuration.stickyKey
        }
        let first = try key("0123456789abcdef")
        #expect(try key("0123456789abcdef\r\n") == first)
        #expect(try key("0123456789abcdeg") != first)
    }

    @Test(arguments: [
        (
            "short\n",
            "sticky_secret: DIR/secret holds 5 octets: at least 16 by chance, such as `openssl rand -hex 32` gives"
        ),
        (nil, "sticky_secret is \"DIR/secret\", which is not there: a file"),
    ])
    func `what is no secret is an error`(text: String?, error: String) throws {
        let directory = try TemporaryDirectory()
        if let text { try WholeFile(directory: directory.path, name: "secret").write(Array(text.utf8)) }
        let file = ConfigurationFile("sticky_secret: secret", source: "\(directory.path)/p.yaml")
        #expect(file.errors.map { $0.message.replacing(directory.path, with: "DIR") } == [error])
    }

    @Test func `the edge's own key is made once, and nobody else may read it`() throws {
        let directory = try TemporaryDirectory()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let first = StickyKeyFile.key(of: StickyKeyFile(directory: directory.path), logger: logger)
        #expect(StickyKeyFile.key(of: StickyKeyFile(directory: directory.path), logger: logger) == first)
        #expect(WholeFile(directory: directory.path, name: "sticky.key").mode == 0o600)
        #expect(StickyKeyFile.key(of: nil, logger: logger) != StickyKeyFile.key(of: nil, logger: logger))
        // What cannot be kept serves until the end.
        let nowhere = StickyKeyFile(directory: "/nowhere/at/all")
        #expect(StickyKeyFile.key(of: nowhere, logger: logger) != SipKey())
    }
}
