import Foundation
import Testing

/// What the pages promise, held against the repository.
@Suite struct PagesTests {
    private let repository = Repository.shared

    private var pages: [Markdown] {
        repository.files.filter { $0.path.hasSuffix(".md") }.map { Markdown(file: $0) }
    }

    @Test func `links lead somewhere`() {
        for page in pages {
            let findings = page.brokenLinks(
                exists: { path in FileManager.default.fileExists(atPath: repository.root + "/" + path) },
                page: { path in path.hasSuffix(".md") ? repository.file(path).map { Markdown(file: $0) } : nil })
            report(findings)
        }
    }

    @Test func `make targets that pages name exist`() throws {
        let makefile = try #require(repository.file("Makefile"))
        let targets = Set(
            makefile.lines.compactMap { line in
                line.first?.isLetter == true ? line.firstIndex(of: ":").map { String(line[..<$0]) } : nil
            })
        for page in pages {
            let missing = page.makeTargets.subtracting(targets)
            #expect(missing.isEmpty, "\(page.file.path) names make targets that are not there")
        }
    }

    @Test(arguments: [
        "edge", "kv", "demo", "version", "render", "template", "registrator", "swarm", "explain", "top", "certs",
    ])
    func `the README names each command, those to come too`(command: String) throws {
        let readme = try #require(repository.file("README.md"))
        #expect(readme.text.contains("portico \(command)"))
    }

    @Test(arguments: Architecture.modules.keys.sorted())
    func `the architecture page draws each module with its arrows`(module: String) throws {
        let page = try #require(repository.file("docs/ARCHITECTURE.md"))
        let row = try #require(page.lines.first { $0.hasPrefix("| `\(module)` |") }, "\(module) has no row of its own")
        let cells = row.split(separator: "|", omittingEmptySubsequences: false)
        let drawn = cells[cells.count - 2].split { $0 == "," || $0 == " " }.map(String.init)
        #expect(drawn == ["all"] || Set(drawn) == Architecture.modules[module]?.ours)
    }

    @Test func `the README and the architecture page stay short enough to be read`() throws {
        let readme = try #require(repository.file("README.md"))
        #expect(readme.lines.count <= 201)
        let architecture = try #require(repository.file("docs/ARCHITECTURE.md"))
        #expect(architecture.lines.count <= 251)
    }

    @Test func `the machine that tests a change runs the README's command`() throws {
        let run = try #require(repository.file(".ci/run"))
        #expect(run.lines.contains("make test"))
        let readme = try #require(repository.file("README.md"))
        #expect(readme.text.contains("make test") && readme.text.contains("make run"))
    }
}
