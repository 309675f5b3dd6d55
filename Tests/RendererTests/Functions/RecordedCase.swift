import Foundation
@testable import Renderer
import Template

/// A template, its world, and what consul-template made of it.
struct RecordedCase: Decodable, Sendable {
    var id: String
    var template: String
    var world: String?
    var left: String?
    var right: String?
    var error_on_missing_key: Bool?
    var function_denylist: [String]?
    var output: String?
    var error: String?
    var blocked: [String]?
    var passes: Int?
    var used: [String]?
    var first_pass_output: String?

    /// What came out, and how.
    struct Outcome: Equatable {
        var output: String?
        var error: String?
        var blocked: [String]?
        var passes: Int
        var used: [String]
        var firstOutput: String?
    }

    /// The clock of the recorder.
    static let now = Moment(seconds: 1_709_211_845, nanoseconds: 123_456_789)

    private var expected: Outcome {
        Outcome(
            output: error == nil && blocked == nil ? output ?? "" : nil, error: error, blocked: blocked,
            passes: passes ?? 1, used: used ?? [], firstOutput: first_pass_output)
    }

    private func actual(_ world: RecordedWorld?) -> Outcome {
        var options = TemplateSource.Options()
        options.left = left ?? ""
        options.right = right ?? ""
        options.failsOnMissingKey = error_on_missing_key ?? false
        let denied = function_denylist ?? []
        options.isDenied = { name in
            denied.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
        }
        var environment = ["PATH": "/usr/bin:/bin", "HOME": "/root"]
        environment.merge(world?.env ?? [:]) { _, new in new }
        var effects = RenderEffects()
        let own = ProcessInfo.processInfo.environment
        effects.runPlugin = { try TemplateEffects.runPlugin($0, $1, environment: own) }
        var outcome = Outcome(passes: 0, used: [])
        var answers: [Dependency: Answer] = [:]
        do {
            let source = try TemplateSource(name: "", text: template, options: options)
            while true {
                let pass = RenderPass(
                    answers: answers, environment: environment, now: Self.now, sources: [.vault], effects: effects)
                outcome.passes += 1
                let rendered: [UInt8]
                defer { outcome.used = pass.used.map(\.description) }
                rendered = try source.render(pass)
                let text = Self.normalize(String(decoding: rendered, as: UTF8.self))
                if outcome.passes == 1, !pass.used.isEmpty { outcome.firstOutput = text }
                if pass.missing.isEmpty {
                    outcome.output = text
                    return finished(outcome, pass)
                }
                let known = answers.count
                for question in pass.missing where answers[question] == nil {
                    answers[question] = world?.answer(to: question) ?? RecordedWorld().answer(to: question)
                }
                if answers.count == known {
                    outcome.blocked = pass.missing.map(\.description)
                    return finished(outcome, pass)
                }
            }
        } catch {
            if outcome.passes == 0 { outcome.passes = 1 }
            // What was asked is recorded for whole passes only.
            outcome.used = outcome.passes > 1 ? outcome.used : []
            outcome.error = Self.normalize("\(error)")
            return outcome
        }
    }

    private func finished(_ outcome: Outcome, _ pass: RenderPass) -> Outcome {
        var outcome = outcome
        outcome.used = pass.used.map(\.description)
        return outcome
    }

    private static func normalize(_ text: String) -> String {
        text.replacingOccurrences(of: "0xc000010000", with: "0xADDR")
    }

    /// How it differs; nil when it does not.
    func difference(in worlds: [String: RecordedWorld]) -> String? {
        let (expected, actual) = (expected, actual(world.flatMap { worlds[$0] }))
        if expected == actual { return nil }
        return "\(id): \(template.debugDescription)\n    want \(Self.show(expected))\n    have \(Self.show(actual))"
    }

    private static func show(_ outcome: Outcome) -> String {
        let what =
            outcome.error.map { "error \($0.debugDescription)" } ?? outcome.blocked.map { "blocked \($0)" }
            ?? (outcome.output ?? "").debugDescription
        let first = outcome.firstOutput.map { ", first \($0.debugDescription)" } ?? ""
        return "\(what), \(outcome.passes) passes, used \(outcome.used)\(first)"
    }
}
