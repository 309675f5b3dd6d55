import Foundation
import Lab
import Logging
import Synchronization

@testable import Renderer

/// A run in this process, in a folder of its own, with a file as its store.
final class RunBench: Sendable {
    /// What the run has said and printed.
    private struct Words {
        var log: [String] = []
        var printed: [UInt8] = []
    }

    let folder: ScratchFolder
    private let words = Guarded(Words())
    private let ending = Guarded<RenderExit?>(nil)
    private let next: Mutex<RenderConfiguration>
    private let sender = Mutex<AsyncStream<ProcessSignal>.Continuation?>(nil)
    private let environment: [String: String]

    /// A folder, and the store's first entries as YAML.
    init(store: String = "", environment: [String: String] = [:]) throws {
        folder = try ScratchFolder()
        next = Mutex(RenderConfiguration())
        self.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        if !store.isEmpty { try self.store(store) }
    }

    deinit { send(.terminate) }

    /// Replaces the store's entries.
    func store(_ yaml: String) throws {
        try folder.write("store.yaml", yaml)
    }

    /// A path in the folder.
    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// A template of `text` for the file `name` in the folder.
    func template(
        _ text: String, _ name: String = "out", command: String? = nil,
        _ change: (inout TemplateSettings) -> Void = { _ in }
    ) -> TemplateSettings {
        var settings = TemplateSettings(.contents(text), destination: path(name))
        settings.command = command.flatMap { RenderCommand([$0]) }.map { ExecSettings($0) }
        settings.command?.timeout = .seconds(10)
        settings.reload.minimumInterval = .zero
        change(&settings)
        return settings
    }

    /// A configuration of `templates` over the file store.
    func configuration(
        _ templates: TemplateSettings..., change: (inout RenderConfiguration) -> Void = { _ in }
    ) -> RenderConfiguration {
        var configuration = RenderConfiguration()
        configuration.templates = templates
        configuration.store = "file:\(path("store.yaml"))"
        configuration.stateDirectory = path("state")
        change(&configuration)
        return configuration
    }

    /// Begins a run.
    func start(_ configuration: RenderConfiguration, isOnce: Bool = false, isDry: Bool = false) {
        next.withLock { $0 = configuration }
        let (signals, sender) = AsyncStream<ProcessSignal>.makeStream(bufferingPolicy: .bufferingNewest(16))
        self.sender.withLock { $0 = sender }
        let words = words
        let logger = Logger(label: "run") { _ in LineHandler { line in words.change { $0.log.append(line) } } }
        let run = RenderRun(
            configuration, isOnce: isOnce, isDry: isDry,
            surroundings: RenderRun.Surroundings(
                environment: environment, logger: logger,
                print: { octets in words.change { $0.printed += octets } }, signals: signals,
                reread: { [weak self] in
                    guard let next = self?.next.withLock({ $0 }) else { throw LabError("no bench") }
                    return next
                }))
        let ending = ending
        Task {
            let exit = await run.run()
            ending.change { $0 = exit }
        }
    }

    /// Runs once to the end.
    func once(_ configuration: RenderConfiguration, isDry: Bool = false) async throws -> RenderExit {
        start(configuration, isOnce: true, isDry: isDry)
        return try await end()
    }

    /// Sends the run a signal.
    func send(_ signal: ProcessSignal) { sender.withLock { _ = $0?.yield(signal) } }

    /// Makes the run read `configuration` in place of its own.
    func reread(_ configuration: RenderConfiguration) {
        next.withLock { $0 = configuration }
        send(.hangUp)
    }

    /// How the run ended.
    func end() async throws -> RenderExit {
        try await eventually("ended") { self.ending.read { $0 } != nil }
        return self.ending.change { exit in
            defer { exit = nil }
            return exit ?? .failed
        }
    }

    /// Ends the run.
    func stop() async throws {
        send(.terminate)
        _ = try await end()
    }

    var log: String { words.read { $0.log.joined(separator: "\n") } }
    var printed: String { words.read { String(decoding: $0.printed, as: UTF8.self) } }

    /// The file's text, nil if it is not there.
    func text(_ name: String = "out") -> String? { try? folder.read(name) }

    /// Waits until `condition` holds.
    func eventually(_ what: String, _ condition: () -> Bool) async throws {
        let deadline = Deadline.after(.seconds(20))
        while !condition() {
            guard !deadline.hasPassed else { throw LabError("not \(what) in time; log:\n\(log)") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Waits until the file `name` holds `text`.
    func wait(for text: String, in name: String = "out") async throws {
        try await eventually("\(name) with \(text.debugDescription), but \(self.text(name) ?? "nothing")") {
            self.text(name) == text
        }
    }

    /// Waits until the log holds `text`.
    func wait(forWord text: String) async throws {
        try await eventually("in the log: \(text)") { log.contains(text) }
    }
}

/// A log in memory.
private struct LineHandler: LogHandler {
    let take: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    init(_ take: @escaping @Sendable (String) -> Void) { self.take = take }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        take("\(event.level): \(event.message)")
    }
}
