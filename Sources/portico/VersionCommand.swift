import ArgumentParser

/// `portico version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    /// This program's version.
    static let version = "0.1.0"

    func run() {
        print("portico \(Self.version)")
    }
}
