internal import Logging

/// Another configuration in the middle of a run.
extension RunConductor {
    /// Reads the configuration anew; whatever is wrong with it, the old one holds.
    func reconfigure() async -> [RenderAction] {
        tell(.reloading)
        do {
            let next = try surroundings.reread()
            let environment = Self.environment(next, surroundings)
            let templates = try Self.load(next)
            // A file with a token may hold another one now.
            let isSameStore =
                next.store == configuration.store && next.consul == configuration.consul
                && next.consul.tokenFile == nil
            let sources =
                try isSameStore ? self.sources : Self.sources(next, environment, surroundings)
            if !isSameStore {
                for watch in watches.values { watch.cancel() }
                watches = [:]
                absent = []
                book = AnswerBook()
                loop.watched = []
                loop.arrived = []
                loop.unavailable = [:]
            }
            var running: [String: OutputFile] = [:]
            for file in files {
                if let path = file.settings.destination { running[path] = file }
            }
            loop = RenderLoop(next, after: loop)
            if next.commandEnvironment != configuration.commandEnvironment || next.templates != configuration.templates
            {
                jobs = Self.jobs(environment, start, surroundings)
            }
            let isSameSharing = isSameStore && next.deduplication == configuration.deduplication
            configuration = next
            self.environment = environment
            self.templates = templates
            self.sources = sources
            files = Self.files(templates, next, mode, environment, surroundings)
            for (settings, file) in zip(next.templates, files) {
                if let old = settings.destination.flatMap({ running[$0] }) { await file.take(over: old) }
            }
            memos = templates.map { _ in AnswerMemo() }
            texts = templates.map { _ in [] }
            await restartDedup(isSameSharing: isSameSharing)
            return loop.handle([.time], now: now)
        } catch {
            say(.err, "\(error): the old configuration stays in force")
            return loop.handle([.keptConfiguration], now: now)
        }
    }
}
