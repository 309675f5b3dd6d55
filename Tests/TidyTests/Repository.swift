import Foundation

/// The checked-out repository: every text file that belongs to it, read once for all tests.
struct Repository: Sendable, CustomStringConvertible {
    /// One text file.
    struct File: Sendable, CustomStringConvertible {
        /// Path from the root.
        var path: String
        /// The whole text.
        var text: String
        /// The text's lines.
        let lines: [Substring]

        var description: String { path }

        init(path: String, text: String) {
            self.path = path
            self.text = text
            lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map(Substring.init)
        }
    }

    /// The root's absolute path.
    let root: String
    /// All text files, by path.
    let files: [File]
    /// All Swift files under Sources and Tests, tokenised.
    let swift: [SwiftSource]

    /// The repository that this file lies in.
    static let shared = Repository(around: #filePath)

    /// Short, for a failed expectation prints what it holds.
    var description: String { root }

    /// The Swift files of the product.
    var product: [SwiftSource] { swift.filter { $0.path.hasPrefix("Sources/") } }

    /// The file at `path`, if there is one.
    func file(_ path: String) -> File? { files.first { $0.path == path } }

    private init(around path: String) {
        var directory = URL(filePath: path).resolvingSymlinksInPath().deletingLastPathComponent()
        while directory.path != "/", !FileManager.default.fileExists(atPath: directory.path + "/Package.swift") {
            directory.deleteLastPathComponent()
        }
        let root = directory.path
        self.root = root
        files = Self.paths(root: root).compactMap { path in
            guard let data = FileManager.default.contents(atPath: root + "/" + path), !data.contains(0) else {
                return nil
            }
            return String(data: data, encoding: .utf8).map { File(path: path, text: $0) }
        }
        swift = files.filter { $0.path.hasSuffix(".swift") && $0.path != "Package.swift" }
            .map { SwiftSource(path: $0.path, text: $0.text) }
    }

    /// What git tracks or would track; without git (an unpacked archive) all that is not hidden.
    private static func paths(root: String) -> [String] {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = [
            "git", "-c", "safe.directory=*", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "-z",
        ]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        var listed: [String] = []
        if (try? git.run()) != nil {
            let data = output.fileHandleForReading.readDataToEndOfFile()
            git.waitUntilExit()
            listed = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
        if listed.isEmpty {
            let walked = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
            listed = walked.filter { !$0.hasPrefix(".build") && !$0.contains("/.") && !$0.hasPrefix(".git/") }
        }
        // A file that was deleted but not yet committed is listed too; reading it fails and leaves it out.
        return Set(listed).sorted()
    }
}
