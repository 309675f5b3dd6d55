/// Does what follows when files are new: HAProxy's runtime API where it suffices, else the command, and then proof.
///
/// One job at a time. The objects of HAProxies live as long as this, for they delete what is left of removed servers.
actor JobRunner {
    private let environment: [String: String]
    private let now: @Sendable () -> Duration
    private let log: @Sendable (LogLevel, String) -> Void
    private var proxies: [Int: HAProxyLive] = [:]

    /// - Parameters:
    ///   - environment: what commands find, before their filters.
    ///   - now: the loop's clock.
    init(
        environment: [String: String], now: @escaping @Sendable () -> Duration,
        log: @escaping @Sendable (LogLevel, String) -> Void
    ) {
        self.environment = environment
        self.now = now
        self.log = log
    }

    /// A template's file whose text is new.
    struct Item: Sendable {
        var template: Int
        var settings: TemplateSettings
        /// What its reader runs with, as far as is known.
        var running: [UInt8]?
        /// What is in the file.
        var written: [UInt8]
    }

    /// What a job came to.
    enum Outcome: Sendable {
        case done(hasReloaded: Bool)
        case failed(String)
        /// The command ran, and what it was to do did not happen.
        case disproved(String)
    }

    /// Does `job` for its `items`.
    func run(_ job: RenderJob, _ items: [Item]) async -> Outcome {
        var left: [Item] = []
        for item in items {
            guard let settings = item.settings.haproxy, settings.runtimeSocket != nil else {
                left.append(item)
                continue
            }
            if await !applyLive(item, settings) { left.append(item) }
        }
        guard !left.isEmpty else { return .done(hasReloaded: false) }
        let pause = job.notBefore - now()
        if pause > .zero { try? await Task.sleep(for: pause) }
        do {
            try await reload(job, left)
        } catch {
            return .failed("\(error)")
        }
        for item in left {
            if let reason = await disproof(item) { return .disproved(reason) }
        }
        return .done(hasReloaded: true)
    }

    /// Runs the command again after old files came back.
    func repeatCommand(of job: RenderJob) async throws(ProcessFailure) {
        guard let command = job.command else { return }
        try await CommandRun(command, environment: environment).run()
    }

    /// What came of changes of HAProxies so far.
    func counters() async -> HAProxyCounters {
        var sum = HAProxyCounters()
        for proxy in proxies.values {
            let counters = await proxy.counters
            sum.liveChanges += counters.liveChanges
            sum.commands += counters.commands
            sum.savedReloads += counters.savedReloads
            sum.fallbacks += counters.fallbacks
            sum.reloads += counters.reloads
            sum.failedReloads += counters.failedReloads
            sum.endedWorkers += counters.endedWorkers
        }
        return sum
    }

    // MARK: HAProxy

    private func proxy(_ item: Item, _ settings: HAProxySettings) -> HAProxyLive? {
        if let known = proxies[item.template] { return known }
        guard let socket = settings.runtimeSocket.flatMap({ RuntimeAddress($0) }) else { return nil }
        let method: HAProxyReload
        if let command = item.settings.command {
            let run = CommandRun(command, environment: environment)
            method = .command { _ in try await run.run() }
        } else if settings.masterSocket != nil {
            method = .masterSocket
        } else if let file = settings.pidFile {
            method = .signal(pidFile: file)
        } else {
            method = .command { _ in
                throw ProcessFailure("no way to reload: add command, or master_socket or pid_file to haproxy")
            }
        }
        let master = settings.masterSocket.flatMap { RuntimeAddress($0) }
        let proxy = HAProxyLive(socket: socket, master: master, reload: method)
        proxies[item.template] = proxy
        return proxy
    }

    /// Whether the new text is in force without a reload.
    private func applyLive(_ item: Item, _ settings: HAProxySettings) async -> Bool {
        guard let proxy = proxy(item, settings) else {
            log(.err, "\(item.settings.name): haproxy.runtime_socket: no address of a socket: /PATH or IP:PORT")
            return false
        }
        guard Self.mayRun(item, settings) else {
            log(.info, "\(item.settings.name): no reload: HAProxy does not run yet, and will start with this file")
            return true
        }
        guard let running = item.running else {
            log(.info, "\(item.settings.name): reload: what HAProxy runs with is not known")
            return false
        }
        do throws(HAProxyFailure) {
            let change = HAProxyChange.between(
                old: String(decoding: running, as: UTF8.self), new: String(decoding: item.written, as: UTF8.self),
                version: try await proxy.version())
            switch await proxy.apply(change) {
            case .live:
                let saved = await proxy.counters.savedReloads
                let what = if case .live(let plan) = change { "\(plan)" } else { "no change of meaning" }
                log(.info, "\(item.settings.name): without a reload (\(saved) saved so far): \(what)")
                return true
            case .reload(let reason):
                log(.info, "\(item.settings.name): reload: \(reason)")
                return false
            }
        } catch {
            log(.warn, "\(item.settings.name): reload: \(error)")
            return false
        }
    }

    /// Whether there may be an HAProxy to tell: not without its sockets, if nothing else would reload it.
    private static func mayRun(_ item: Item, _ settings: HAProxySettings) -> Bool {
        guard item.settings.command == nil else { return true }
        let paths = [settings.runtimeSocket, settings.masterSocket, settings.pidFile].compactMap { $0 }
        return paths.contains { !$0.hasPrefix("/") || ((try? DiskFile($0).standing()) ?? nil) != nil }
    }

    // MARK: Commands

    private func reload(_ job: RenderJob, _ items: [Item]) async throws {
        let live = items.first { $0.settings.haproxy?.runtimeSocket != nil }
        if let item = live, let settings = item.settings.haproxy, let proxy = proxy(item, settings) {
            // It runs the command, and sees whether a new process serves.
            let report = try await proxy.reload()
            log(.info, "\(item.settings.name): reloaded: process \(report.pid) serves")
            return
        }
        guard let command = job.command else { return }
        let nginx = await NginxReload(command.command, items.map(\.written), environment: environment)
        try await CommandRun(command, environment: environment).run()
        let timeout = items.map(\.settings.reload.verificationTimeout).min() ?? .seconds(30)
        try await nginx?.verify(within: min(timeout, NginxReload.patience))
        log(.info, "command \(command.command.description.debugDescription): done")
    }

    /// Why a command that ended well did not do what it was to do; nil if it did, or nothing tells.
    private func disproof(_ item: Item) async -> String? {
        guard let verification = item.settings.reload.verification else { return nil }
        let timeout = item.settings.reload.verificationTimeout
        let run = CapturedRun(arguments: verification.arguments, environment: environment, timeout: timeout)
        do {
            let outcome = try await run.run()
            if outcome.isSuccess { return nil }
            return "verification \(verification.description.debugDescription): \(outcome.reason(timeout: timeout))"
        } catch {
            return "verification: \(error)"
        }
    }
}
