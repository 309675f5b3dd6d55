import Foundation
import Lab

/// A real engine, a real Consul, and `portico registrator` between them.
final class RegistratorLab {
    /// Where keys begin.
    static let prefix = "services/"

    let hosts: DockerHosts
    let consul: ConsulAgent

    /// A host with an engine for each of `releases`, one of the system's if there is none, and an empty store.
    init(_ releases: DockerHosts.Release...) throws {
        hosts = try DockerHosts(each: (releases.isEmpty ? [.system] : releases).map { .init(release: $0) })
        consul = try ConsulAgent()
    }

    var host: DockerHost { hosts[0] }

    /// Starts a registrator for a host, called dh1 and so on.
    func registrator(_ flags: [String] = [], path: String = "/services", of number: Int = 1) throws -> ChildProcess {
        let host = hosts[number - 1]
        return try ChildProcess(
            Repository.portico(),
            ["registrator", "-hostname", "dh\(number)", "-docker-host", "unix://\(host.socket)"] + flags + [
                "consulkv://127.0.0.1:\(consul.port)\(path)"
            ])
    }

    /// `docker run -d` with arguments by blanks.
    @discardableResult
    func run(_ arguments: String) throws -> String {
        try host.docker(["run", "-d"] + arguments.split(separator: " ").map(String.init))
    }

    /// The tree: `KEY = VALUE` by line, without the prefix and without the tags that own values have.
    func tree() throws -> String {
        try entries().map { entry in
            let key = (entry["Key"] as? String ?? "").dropFirst(Self.prefix.count)
            let value = Data(base64Encoded: entry["Value"] as? String ?? "") ?? Data()
            return "\(key) = \(String(decoding: value, as: UTF8.self))"
        }.sorted().joined(separator: "\n")
    }

    /// How many entries were written more than once.
    func rewritten() throws -> Int {
        try entries().count { $0["CreateIndex"] as? Int != $0["ModifyIndex"] as? Int }
    }

    private func entries() throws -> [[String: Any]] {
        let answer = try consul.api.request("GET", "/v1/kv/\(Self.prefix)?recurse")
        guard answer.status == 200 else { return [] }
        return try JSONSerialization.jsonObject(with: Data(answer.body)) as? [[String: Any]] ?? []
    }

    /// Waits until the tree is `expected`.
    func wait(for expected: String, _ child: ChildProcess, within duration: Duration = .seconds(60)) throws {
        var last = ""
        do {
            try child.wait(within: duration, until: "the tree as expected") {
                last = (try? tree()) ?? "no answer"
                return last == expected
            }
        } catch {
            throw LabError("the tree is\n\(last)\nand not\n\(expected)\n\(error)")
        }
    }

    /// How many entries the registrator says that it wrote and took away.
    static func changes(_ child: ChildProcess) -> (written: Int, removed: Int) {
        var sum = (written: 0, removed: 0)
        for line in child.lines {
            guard let match = line.firstMatch(of: /: (\d+) written, (\d+) removed/) else { continue }
            sum.written += Int(match.1) ?? 0
            sum.removed += Int(match.2) ?? 0
        }
        return sum
    }

    /// `name-80/dh1:NAME:80 = IP:PORT` for containers that publish their port 80.
    func entry(_ name: String, _ port: Int) -> String { "lab-80/dh1:\(name):80 = \(host.address):\(port)" }
}
