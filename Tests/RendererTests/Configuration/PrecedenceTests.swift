import Foundation
import KeyValue
import Lab
import Testing

@testable import Renderer

/// A flag counts over the environment, the environment over files, and files over the variables of other programs.
@Suite struct PrecedenceTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func load(
        _ hcl: String, _ arguments: [String] = [], _ environment: [String: String] = [:]
    ) throws -> RenderConfiguration {
        let file = try folder.write("a.hcl", hcl)
        let options = try RenderFlags.parse(["-config", file] + arguments)
        return try ConfigurationLoader(options, environment: environment).load()
    }

    private struct Key: Sendable, CustomTestStringConvertible {
        var hcl: String
        var variable: String
        var flag: String
        var read: @Sendable (RenderConfiguration) -> String?
        var testDescription: String { hcl }
    }

    /// Each says `file`, `env` or `flag`, or what stands for them.
    private static let strong = [
        Key(hcl: #"store = "file:file""#, variable: "PORTICO_STORE=file:env", flag: "-store=file:flag") {
            $0.store.map { String($0.dropFirst(5)) }
        },
        Key(hcl: #"pid_file = "file""#, variable: "PORTICO_PID_FILE=env", flag: "-pid-file=flag") { $0.pidFile },
        Key(hcl: #"state_dir = "file""#, variable: "PORTICO_STATE_DIR=env", flag: "-state-dir=flag") {
            $0.stateDirectory
        },
        Key(hcl: #"log_level = "err""#, variable: "PORTICO_LOG_LEVEL=debug", flag: "-log-level=trace") {
            [LogLevel.err: "file", .debug: "env", .trace: "flag"][$0.log.level]
        },
    ]

    @Test(arguments: strong)
    private func `a flag, else our variable, else a file`(key: Key) throws {
        let parts = key.variable.split(separator: "=", maxSplits: 1).map(String.init)
        let environment = [parts[0]: parts[1]]
        #expect(key.read(try load(key.hcl, [key.flag], environment)) == "flag")
        #expect(key.read(try load(key.hcl, [], environment)) == "env")
        #expect(key.read(try load(key.hcl)) == "file")
        #expect(key.read(try load("", [], environment)) == "env")
    }

    private static let weak = [
        Key(hcl: #"consul { address = "file" }"#, variable: "CONSUL_HTTP_ADDR=env", flag: "-consul-addr=flag") {
            $0.consul.address
        },
        Key(hcl: #"consul { token = "file" }"#, variable: "CONSUL_HTTP_TOKEN=env", flag: "-consul-token=flag") {
            $0.consul.token?.value
        },
        Key(
            hcl: #"consul { token_file = "file" }"#, variable: "CONSUL_HTTP_TOKEN_FILE=env",
            flag: "-consul-token-file=flag"
        ) { $0.consul.tokenFile },
        Key(
            hcl: #"consul { namespace = "file" }"#, variable: "CONSUL_NAMESPACE=env", flag: "-consul-namespace=flag"
        ) { $0.consul.namespace },
        Key(hcl: #"log_level = "err""#, variable: "CT_LOG=debug", flag: "-log-level=trace") {
            [LogLevel.err: "file", .debug: "env", .trace: "flag"][$0.log.level]
        },
    ]

    @Test(arguments: weak)
    private func `a flag, else a file, else what other programs go by, as in consul-template`(key: Key) throws {
        let parts = key.variable.split(separator: "=", maxSplits: 1).map(String.init)
        let environment = [parts[0]: parts[1]]
        #expect(key.read(try load(key.hcl, [key.flag], environment)) == "flag")
        #expect(key.read(try load(key.hcl, [], environment)) == "file")
        #expect(key.read(try load("", [], environment)) == "env")
    }

    // MARK: What says the same in two ways

    @Test func `an address on the command line counts over a store's URL from anywhere else`() throws {
        let environment = ["PORTICO_STORE": "file:env"]
        let flag = try load(#"store = "file:file""#, ["-consul-addr", "10.0.0.1:1"], environment)
        #expect(flag.store == nil && flag.consul.address == "10.0.0.1:1")
        let both = try load("", ["-consul-addr", "10.0.0.1:1", "-store", "file:flag"], environment)
        #expect(both.store == "file:flag")
        #expect(try load(#"consul { address = "file" }"#, [], environment).store == "file:env")
    }

    @Test func `a token counts over a weaker file with a token, and the other way round`() throws {
        let held = try folder.write("token", "held\n")
        func token(
            _ hcl: String, _ arguments: [String] = [], _ environment: [String: String] = [:]
        ) throws -> String? {
            try load(hcl, arguments, environment).consulClient(nil, environment: environment).token
        }
        let file = #"consul { token_file = "\#(held)" }"#
        #expect(try token(file, [], ["CONSUL_HTTP_TOKEN": "env"]) == "held")
        #expect(try token(file, ["-consul-token", "flag"]) == "flag")
        #expect(try token(#"consul { token = "file" }"#, ["-consul-token-file", held]) == "held")
        #expect(try token(#"consul { token = "file" }"#, [], ["CONSUL_HTTP_TOKEN_FILE": held]) == "file")
        // Of one place both: the file, if it holds one.
        #expect(try token(#"consul { token = "file" token_file = "\#(held)" }"#) == "held")
        let empty = try folder.write("empty", "\n")
        #expect(try token(#"consul { token = "file" token_file = "\#(empty)" }"#) == "file")
    }

    @Test func `a token and namespace on the command line count over those of a store's URL`() throws {
        let url = "consul://url@10.0.0.1?ns=url"
        func client(_ arguments: [String], _ environment: [String: String]) throws -> ConsulConfiguration {
            let configuration = try load("", arguments, environment)
            guard case .consul(let url) = try StoreURL(try #require(configuration.store)) else {
                throw LabError("no Consul")
            }
            return try configuration.consulClient(url, environment: environment)
        }
        let plain = try client([], ["PORTICO_STORE": url, "CONSUL_HTTP_TOKEN": "env"])
        #expect(plain.token == "url" && plain.namespace == "url")
        let flagged = try client(["-consul-token=flag", "-consul-namespace=flag"], ["PORTICO_STORE": url])
        #expect(flagged.token == "flag" && flagged.namespace == "flag")
        #expect(try client(["-consul-namespace=flag"], ["PORTICO_STORE": url]).token == "url")
        #expect(try client(["-store", url, "-consul-token=flag"], [:]).token == "url")
    }
}
