import Foundation
import Testing

/// The optimised program, if it was built.
enum BuiltProgram {
    /// `PORTICO_BINARY`, or where `make build` puts it.
    static let path: String? = {
        let built = Repository.shared.root + "/.build/release/portico"
        let path = ProcessInfo.processInfo.environment["PORTICO_BINARY"] ?? built
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()
}

/// The configurations that the pages show, read by the program itself.
@Suite(.enabled(if: BuiltProgram.path != nil, "needs the built program: make test"))
struct ExampleConfigurationTests {
    /// A configuration in a page, and where it begins.
    struct Example: CustomTestStringConvertible, Sendable {
        var path: String
        var line: Int
        var text: String
        var testDescription: String { "\(path):\(line)" }
    }

    /// Blocks of YAML whose first line is `# portico.yaml`.
    static let examples: [Example] = Repository.shared.files.filter { $0.path.hasSuffix(".md") }.flatMap { page in
        var found: [Example] = []
        var current: Example?
        for (index, line) in page.lines.enumerated() {
            if line == "```", let example = current {
                found.append(example)
                current = nil
            } else if current != nil {
                current?.text += line + "\n"
            } else if line == "# portico.yaml", index > 0, page.lines[index - 1] == "```yaml" {
                current = Example(path: page.path, line: index + 1, text: "")
            }
        }
        return found
    }

    @Test func `the pages show configurations`() {
        #expect(Self.examples.count >= 2)
    }

    @Test(arguments: examples)
    func `a configuration that a page shows is accepted`(example: Example) throws {
        let program = try #require(BuiltProgram.path)
        let file = FileManager.default.temporaryDirectory.appending(path: "portico-example-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try example.text.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["edge", "--config", file.path, "--check"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(example): \(String(decoding: said, as: UTF8.self))")
    }
}
