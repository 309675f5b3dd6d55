internal import FoundationEssentials

/// Sees whether `nginx -s reload` did anything.
///
/// It ends with 0 as soon as the signal is sent, and a configuration that nginx cannot use (a port that is taken, for one)
/// leaves the old workers in place. New workers are the proof.
struct NginxReload: Sendable {
    /// How long new workers are waited for: 10,000 servers took nginx a sixth of a second to read.
    static let patience = Duration.seconds(10)

    private let master: Int32
    private let pidFile: String
    private let workers: Set<Int32>

    /// Nil unless `command` is a plain reload of an nginx whose process can be found.
    init?(_ command: RenderCommand, _ texts: [[UInt8]], environment: [String: String]) async {
        let words =
            command.needsShell ? command.words[0].split(whereSeparator: \.isWhitespace).map(String.init) : command.words
        guard let program = words.first, program.split(separator: "/").last == "nginx",
            let option = words.firstIndex(of: "-s"), words.dropFirst(option + 1).first == "reload"
        else { return nil }
        let file = await Self.pidFile(words, texts, environment)
        guard let file, let octets = try? DiskFile(file).read(),
            let pid = Int32(String(decoding: octets, as: UTF8.self).filter(\.isNumber)), pid > 1
        else { return nil }
        master = pid
        pidFile = file
        workers = Self.children(of: pid)
    }

    /// Waits until there are workers that were not there before.
    func verify(within patience: Duration) async throws(ProcessFailure) {
        let deadline = ContinuousClock.now + patience
        while Self.children(of: master).isSubset(of: workers) {
            guard .now < deadline else {
                throw ProcessFailure(
                    "nginx took the reload and goes on with its old workers (master \(master), \(pidFile)): see its error log"
                )
            }
            // Nothing tells when another program's processes change.
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw ProcessFailure("nginx: cancelled before new workers were seen")
            }
        }
    }

    /// Where the master's number is: by `-g`, by the configuration, or where it was built to be.
    private static func pidFile(_ words: [String], _ texts: [[UInt8]], _ environment: [String: String]) async -> String?
    {
        func following(_ option: String) -> String? {
            words.firstIndex(of: option).flatMap { words.dropFirst($0 + 1).first }
        }
        if let path = following("-g").flatMap({ directive(in: Array($0.utf8)) }) { return path }
        if let path = texts.lazy.compactMap({ directive(in: $0) }).first { return path }
        var configuration = following("-c")
        var standard: String?
        if configuration == nil {
            let run = CapturedRun(arguments: [words[0], "-V"], environment: environment, timeout: .seconds(5))
            let facts = (try? await run.run()).map { String(decoding: $0.errors, as: UTF8.self) } ?? ""
            for word in facts.split(whereSeparator: \.isWhitespace) {
                if word.hasPrefix("--conf-path=") { configuration = String(word.dropFirst(12)) }
                if word.hasPrefix("--pid-path=") { standard = String(word.dropFirst(11)) }
            }
        }
        if let configuration, let octets = try? DiskFile(configuration).read(), let path = directive(in: octets) {
            return path
        }
        return standard
    }

    /// The absolute path of a `pid` directive.
    private static func directive(in text: [UInt8]) -> String? {
        for line in text.split(whereSeparator: { $0 == 10 || $0 == UInt8(ascii: ";") }) {
            let words = line.split(whereSeparator: { $0 <= 32 })
            guard words.count == 2, words[0].elementsEqual("pid".utf8) else { continue }
            let path = String(decoding: words[1], as: UTF8.self)
            return path.hasPrefix("/") ? path : nil
        }
        return nil
    }

    /// The processes that `parent` has started and that are still there.
    private static func children(of parent: Int32) -> Set<Int32> {
        let path = "/proc/\(parent)/task/\(parent)/children"
        if let octets = try? DiskFile(path).read() {
            let numbers = String(decoding: octets, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
            return Set(numbers)
        }
        // A kernel without that list.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return Set(
            names.compactMap { Int32($0) }.filter { pid in
                guard let octets = try? DiskFile("/proc/\(pid)/stat").read() else { return false }
                // Behind the name, which may hold anything: the state, then the parent.
                let fields = String(decoding: octets, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
                return fields.map { $0.count > 1 && Int32($0[1]) == parent } ?? false
            })
    }
}
