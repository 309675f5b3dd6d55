import Foundation
import Testing

@testable import Renderer

@Suite struct ConfigurationLoaderTests {
    /// A folder of files that goes when it is no longer needed.
    final class Folder {
        let path: String

        init(_ files: [String: String]) throws {
            path = FileManager.default.temporaryDirectory.appending(path: "portico-\(UUID().uuidString)").path
            for (name, text) in files {
                let file = path + "/" + name
                try FileManager.default.createDirectory(
                    atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try text.write(toFile: file, atomically: false, encoding: .utf8)
            }
        }

        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func load(
        _ paths: [String], _ arguments: [String] = [], _ environment: [String: String] = [:]
    ) throws -> RenderConfiguration {
        let flags = paths.flatMap { ["-config", $0] } + arguments
        return try ConfigurationLoader(try RenderFlags.parse(flags), environment: environment).load()
    }

    private func errors(_ paths: [String], _ environment: [String: String] = [:]) -> [String] {
        do {
            _ = try load(paths, [], environment)
            return []
        } catch {
            return (error as? ConfigurationFailure)?.errors.map(\.description) ?? ["\(error)"]
        }
    }

    @Test func `files are merged from left to right, key by key, and templates add up`() throws {
        let folder = try Folder([
            "a.hcl": """
            consul { address = "a" token = "t" retry { attempts = 1 backoff = "1s" } }
            exec { command = "x" env { custom = ["A=1"] allowlist = ["P"] } }
            max_stale = "1s"
            wait = "1s"
            template { source = "one" function_denylist = ["a"] }
            """,
            "b.yaml":
                "consul: { address: b, retry: { attempts: 2 } }\nexec: { env: { custom: [B=2] } }\nwait: { max: 9s }\ntemplate: [{ source: two }]\n",
        ])
        let configuration = try load([folder.path + "/a.hcl", folder.path + "/b.yaml"])
        #expect(configuration.consul.address == "b" && configuration.consul.token?.value == "t")
        #expect(configuration.consul.retry.attempts == 2 && configuration.consul.retry.backoff == .seconds(1))
        #expect(configuration.exec?.environment.custom.map(\.name) == ["A", "B"])
        #expect(configuration.maximumStaleness == .seconds(1))
        #expect(configuration.templates.map(\.source) == [.file("one"), .file("two")])
        #expect(configuration.templates[0].wait == WaitWindow(minimum: .seconds(1), maximum: .seconds(9)))
        #expect(configuration.templates[1].deniedFunctions.isEmpty)
        let other = try load([folder.path + "/b.yaml", folder.path + "/a.hcl"])
        #expect(other.consul.address == "a" && other.templates.map(\.source) == [.file("two"), .file("one")])
    }

    @Test func `a folder is read with its folders, in the order of names`() throws {
        let folder = try Folder([
            "b.hcl": "pid_file = \"b\" template { source = \"b\" }", "a/z.hcl": "template { source = \"a/z\" }",
            "a/b/c.json": #"{"template": {"source": "a/b/c"}}"#, "B.hcl": "template { source = \"B\" }",
            "c": "pid_file = \"c\" template { source = \"c\" }",
        ])
        let configuration = try load([folder.path + "/"])
        #expect(configuration.templates.map(\.source) == ["B", "a/b/c", "a/z", "b", "c"].map { .file($0) })
        #expect(configuration.pidFile == "c")
        #expect(configuration.templates[1].place.description == folder.path + "/a/b/c.json:1:14")
        let empty = try Folder(["x/y": ""])
        #expect(try load([empty.path]) == RenderConfiguration())
    }

    @Test func `links to files are read and links to folders are not followed`() throws {
        let target = try Folder([
            "real.hcl": "template { source = \"real\" }", "sub/x.hcl": "template { source = \"sub\" }",
        ])
        let folder = try Folder(["..data/k.hcl": "template { source = \"k\" }", "z.hcl": "template { source = \"z\" }"])
        try folder.link("link.hcl", to: target.path + "/real.hcl")
        try folder.link("folder", to: target.path + "/sub")
        // A volume of Kubernetes: the file is a link into a folder that is a link itself.
        try folder.link("k.hcl", to: "..data/k.hcl")
        #expect(try load([folder.path]).templates.map(\.source) == [.file("k"), .file("real"), .file("z")])
        // What the path itself leads to is followed.
        try target.link("self", to: folder.path)
        #expect(try load([target.path + "/self"]).templates.count == 3)
        try folder.link("dangling", to: "/nowhere/at/all")
        #expect(errors([folder.path]) == ["\(folder.path)/dangling: the link leads nowhere"])
    }

    @Test func `files that cannot be read are told, all of them`() throws {
        let folder = try Folder([
            "good.hcl": "pid_file = 1.5 zebra = 1", "bad.hcl": "a = ",
            "big.hcl": String(repeating: "#", count: ConfigurationLimits.fileOctets + 1),
        ])
        let missing = folder.path + "/none.hcl"
        try folder.link("pipe", to: "/dev/zero")
        #expect(
            errors([
                missing, folder.path + "/bad.hcl", folder.path + "/good.hcl", folder.path + "/pipe",
                folder.path + "/big.hcl",
            ]) == [
                "\(folder.path)/good.hcl:1:16: unknown key \"zebra\" in the configuration: known are \(KeyTable.root.keys.map(\.name).joined(separator: ", "))",
                "\(missing): it is not there: a file or folder with the configuration is",
                "\(folder.path)/pipe: it is no regular file",
                "\(folder.path)/big.hcl: too large: at most 4194304 octets are read",
                "\(folder.path)/bad.hcl:1:5: the end of the file is no value: a text in double quotes, a number, true or false is",
            ])
    }

    @Test func `what is stronger counts`() throws {
        let folder = try Folder([
            "a.hcl": "store = \"file:f\" log_level = \"info\" consul { address = \"f\" } template { source = \"f\" }"
        ])
        let weak = [
            "CONSUL_HTTP_ADDR": "e", "CONSUL_HTTP_TOKEN": "h", "CONSUL_TOKEN": " c \n", "CT_LOG": "debug",
            "CONSUL_NAMESPACE": "n", "CONSUL_HTTP_TOKEN_FILE": "tf",
        ]
        let plain = try load([], [], weak)
        #expect(
            plain.consul.address == "e" && plain.consul.token?.value == "c" && plain.consul.namespace == "n"
                && plain.consul.tokenFile == "tf")
        #expect(plain.log.level == .debug)
        let file = try load([folder.path], [], weak)
        #expect(file.consul.address == "f" && file.consul.token?.value == "c" && file.log.level == .info)
        var all = weak
        all["CT_LOCAL_CONFIG"] = "consul { address = \"l\" } log_level = \"err\" template { source = \"l\" }"
        let local = try load([folder.path], [], all)
        #expect(local.consul.address == "l" && local.log.level == .err && local.store == "file:f")
        all["PORTICO_STORE"] = "file:p"
        all["PORTICO_LOG_LEVEL"] = "trace"
        let strong = try load([folder.path], [], all)
        #expect(strong.store == "file:p" && strong.log.level == .trace)
        let flags = try load([folder.path], ["-store=file:g", "-log-level=warn", "-consul-addr=g", "-template=g"], all)
        #expect(flags.store == "file:g" && flags.log.level == .warn && flags.consul.address == "g")
        #expect(flags.templates.map(\.source) == [.file("f"), .file("l"), .file("g")])
    }

    @Test func `the environment names the files when no flag does`() throws {
        let folder = try Folder(["a.hcl": "pid_file = \"a\"", "b.hcl": "pid_file = \"b\""])
        #expect(try load([], [], ["PORTICO_CONFIG": folder.path + "/a.hcl"]).pidFile == "a")
        #expect(try load([folder.path + "/b.hcl"], [], ["PORTICO_CONFIG": folder.path + "/a.hcl"]).pidFile == "b")
    }

    @Test func `sources of the environment are told by their names`() {
        #expect(errors([], ["CT_LOCAL_CONFIG": "a = "]).first?.hasPrefix("CT_LOCAL_CONFIG:1:5: ") == true)
        #expect(errors([], ["CT_LOG": "loud"]).first?.hasPrefix("CT_LOG: log_level is \"loud\"") == true)
        #expect(
            errors([], ["CT_LOCAL_CONFIG": "{\"pid_file\": 1}", "PORTICO_LOG_LEVEL": "loud"]).first?.hasPrefix(
                "PORTICO_LOG_LEVEL: ") == true)
    }

    @Test func `only what a file or flag says of Vault is odd`() throws {
        let environment = ["VAULT_ADDR": "v", "VAULT_TOKEN": "t", "NOMAD_ADDR": "n"]
        let configuration = try load([], [], environment)
        #expect(
            configuration.vault.address == "v" && !configuration.vault.isConfigured && configuration.notices.isEmpty)
        let flagged = try load([], ["-vault-addr=w"], environment)
        #expect(flagged.vault.address == "w" && flagged.vault.isConfigured && flagged.notices.count == 1)
    }

    @Test func `a loader reads again each time`() throws {
        let folder = try Folder(["a.hcl": "pid_file = \"one\""])
        let loader = ConfigurationLoader(try RenderFlags.parse(["-config", folder.path]), environment: [:])
        #expect(try loader.load().pidFile == "one")
        try "pid_file = \"two\"".write(toFile: folder.path + "/a.hcl", atomically: true, encoding: .utf8)
        #expect(try loader.load().pidFile == "two")
    }

    @Test func `folders inside one another have a limit`() throws {
        let deep = Array(repeating: "d", count: ConfigurationLimits.directoryDepth + 1).joined(separator: "/")
        let folder = try Folder([deep + "/x.hcl": ""])
        #expect(errors([folder.path]).first?.hasSuffix("nested too deeply: at most 32 folders are read") == true)
    }
}
