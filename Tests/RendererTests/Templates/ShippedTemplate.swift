import Foundation
import Lab

@testable import Renderer

/// A template of the folder templates/, rendered from pretended stores, one after the other as a run would.
final class ShippedTemplate {
    private let source: TemplateSource
    private let environment: [String: String]
    private let memo = AnswerMemo()
    private var values: [String: (value: String, index: UInt64)] = [:]
    private var index: UInt64 = 0
    /// What the clock says at the next rendering.
    var now = Moment(seconds: 1_000)

    /// The template `name`, with settings.
    init(_ name: String, _ environment: [String: String] = [:]) throws {
        let path = "\(Repository.root)/templates/\(name)"
        source = try TemplateSource(name: name, text: Array(Data(contentsOf: URL(fileURLWithPath: path))))
        self.environment = environment
    }

    /// HAProxy's template, with a folder for its socket and ports that nobody else has.
    static func haproxy(_ folder: ScratchFolder, _ more: [String: String] = [:]) throws -> ShippedTemplate {
        let settings = ["EDGE_USER": "", "EDGE_STATS_SOCKET": "\(folder.path)/s.sock", "EDGE_LISTEN": "127.0.0.1:1"]
        return try ShippedTemplate("haproxy.cfg.ctmpl", settings.merging(more) { $1 })
    }

    /// nginx's template, likewise.
    static func nginx(_ folder: ScratchFolder, _ more: [String: String] = [:]) throws -> ShippedTemplate {
        let settings = [
            "EDGE_LISTEN": "127.0.0.1:1", "EDGE_PID": "\(folder.path)/pid", "EDGE_LOG": "off",
            "EDGE_ERROR_LOG": "stderr", "EDGE_TEMPORARY": folder.path, "EDGE_LISTEN_TLS": "127.0.0.1:2",
        ]
        return try ShippedTemplate("nginx.conf.ctmpl", settings.merging(more) { $1 })
    }

    /// What it makes of a store that holds `entries`.
    func render(_ entries: [String: String]) throws -> String {
        for (key, value) in entries where values[key]?.value != value {
            index += 1
            values[key] = (value, index)
        }
        values = values.filter { entries[$0.key] != nil }
        var answers: [Dependency: Answer] = [:]
        while true {
            let pass = RenderPass(answers: answers, environment: environment, now: now, memo: memo)
            let output = try source.render(pass)
            if pass.missing.isEmpty { return String(decoding: output, as: UTF8.self) }
            for question in pass.missing {
                guard case .store(.prefix(let prefix, _)) = question.question else {
                    throw LabError("\(question) is asked, which these templates have no need of")
                }
                answers[question] = .pairs(pairs(below: prefix))
            }
        }
    }

    private func pairs(below prefix: String) -> [KeyPair] {
        values.filter { $0.key.hasPrefix(prefix) }.map { key, entry in
            var pair = KeyPair(path: key, below: prefix, value: Array(entry.value.utf8))
            pair.modifyIndex = entry.index
            return pair
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// What HAProxy says against `text`; empty if it would start with it.
    static func haproxyRefusal(of text: String, _ folder: ScratchFolder) throws -> String {
        let file = try folder.write("haproxy.cfg", text)
        let outcome = try Command.run("haproxy", ["-c", "-f", file], within: .seconds(60))
        return outcome.isSuccess ? "" : outcome.text
    }

    /// What nginx says against `text`; empty if it would start with it.
    static func nginxRefusal(of text: String, _ folder: ScratchFolder) throws -> String {
        let file = try folder.write("nginx.conf", text)
        let outcome = try Command.run("nginx", ["-t", "-q", "-e", "stderr", "-c", file], within: .seconds(60))
        return outcome.isSuccess && !outcome.text.contains("[warn]") ? "" : outcome.text
    }
}
