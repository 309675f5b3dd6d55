import Foundation
import Testing

/// The house's rules, each over the whole repository.
///
/// A finding names its file and line and what would be right.
@Suite struct HouseRulesTests {
    private let repository = Repository.shared

    @Test func `the repository was found`() {
        #expect(
            repository.product.count > 10,
            "only \(repository.product.count) Swift files under \(repository.root)/Sources")
    }

    @Test func `modules import only along the arrows`() {
        report(repository.product.flatMap(Architecture.violations))
    }

    @Test func `the arrows lead in no circle`() {
        for module in Architecture.modules.keys {
            if let cycle = Architecture.cycle(through: module) {
                Issue.record("a circle: \(cycle.joined(separator: " -> "))")
            }
        }
    }

    @Test func `the manifest declares no arrow that the table lacks, and every module`() throws {
        let manifest = try #require(repository.file("Package.swift"))
        let declared = Architecture.declaredDependencies(manifest: manifest.text)
        for (name, module) in Architecture.modules {
            let dependencies = try #require(declared[name], "Package.swift has no target \(name)")
            #expect(
                dependencies.subtracting(module.ours).isEmpty,
                "Package.swift gives \(name) more than the table of arrows")
        }
        #expect(!manifest.text.contains("unsafeFlags"), "unsafe flags: fix the data structure instead")
    }

    @Test func `stores and discovery never name the table`() {
        let planes = repository.product.filter { ["KeyValue", "Discovery"].contains($0.module) }
        report(
            planes.flatMap { source in
                source.tokens.filter { $0.text == "RoutingTable" }.map {
                    Finding(
                        path: source.path, line: $0.line,
                        message: "the planes meet in RoutingTable, in Control, and nowhere else")
                }
            })
    }

    @Test func `no banned call`() {
        report(repository.swift.flatMap(Bans.violations))
    }

    @Test func `every exception from a ban is still needed`() {
        for (path, exception) in Bans.exceptions {
            let source = repository.swift.first { $0.path == path }
            let calls = source.map { Bans.violations(in: $0, useExceptions: false) } ?? []
            #expect(!calls.isEmpty, "\(path) needs no exception for \(exception.call) any more (\(exception.reason))")
        }
    }

    @Test func `no stream queues without bound`() {
        report(repository.swift.flatMap(Bans.unboundedStreams))
    }

    @Test func `files and functions have one size`() {
        report(repository.swift.flatMap { Sizes.findings(in: $0, worthALook: false) })
        report(repository.product.flatMap { Sizes.findings(in: $0, worthALook: true) }, as: .warning)
    }

    @Test func `files are named after what they hold`() {
        report(repository.product.flatMap(Naming.violations))
    }

    @Test func `what others may use is documented`() {
        report(repository.product.flatMap(Documentation.undocumented))
    }

    @Test func `escapes from the compiler say why they are safe`() {
        report(repository.swift.flatMap(Documentation.unexplainedEscapes))
    }

    @Test func `pointers stay where they pay`() {
        report(repository.product.flatMap(UnsafeCode.violations))
    }

    @Test func `every exception for pointers is still needed`() {
        for (path, reason) in UnsafeCode.exceptions {
            let source = repository.swift.first { $0.path == path }
            #expect(source.flatMap(UnsafeCode.firstPointer) != nil, "\(path) needs no exception any more (\(reason))")
        }
    }

    @Test func `no work is put off in a comment`() {
        report(repository.swift.flatMap(PlainText.unfinished))
    }

    @Test func `no file has stray white space or names one machine's paths`() {
        for file in repository.files where file.path != "LICENSE" {
            // What fuzzers and parsers are fed is as it must be.
            if !file.path.contains("/corpus/") { report(PlainText.whiteSpace(in: file)) }
            report(PlainText.machinePaths(in: file))
        }
    }
}
