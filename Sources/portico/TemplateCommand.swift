import ArgumentParser
import Glibc
import Renderer

/// `portico template`: one template over JSON data, a playground.
struct TemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "Execute one template over JSON data and print the result.",
        discussion: """
            The data is the template's dot. Functions that ask the store find nothing here, and say so.

            Exit status: 0 done, 1 the template or the data is wrong, 2 usage.
            """)

    @Option(help: "A JSON file with the data; - for standard input.") var data: String?
    @Argument(help: "The template; standard input by default.") var file: String?

    func run() throws {
        if data == "-", file == nil || file == "-" {
            KVCommand.tell("--data: -: standard input is the template already: name one of them as a file")
            throw ExitCode(2)
        }
        let text = try Self.octets(file ?? "-")
        let json = try data.map(Self.octets)
        let playground = Playground(name: file ?? "stdin", environment: KVCommand.environment)
        switch playground.run(text, json: json) {
        case .success(let output): KVCommand.write(output)
        case .failure(let error):
            KVCommand.tell(error.description)
            throw ExitCode(1)
        }
    }

    private static func octets(_ path: String) throws -> [UInt8] {
        try KVCommand.value(path == "-" ? "-" : "@\(path)")
    }
}
