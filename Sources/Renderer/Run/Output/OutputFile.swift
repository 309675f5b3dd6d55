/// A template's file with all that its safety asks: checked before, kept after, and what is owed remembered.
///
/// Its calls do not overlap: whoever has begun a write waits for its end before the next.
actor OutputFile {
    /// What is needed besides the settings.
    struct Surroundings: Sendable {
        var stateFolder: String
        /// What checks and commands find in their environment.
        var environment: [String: String]
        var isDry = false
        /// Prints for people (`-dry`).
        var print: @Sendable ([UInt8]) -> Void
        /// Says something that is no error of the file's.
        var warn: @Sendable (String) -> Void
    }

    nonisolated let settings: TemplateSettings
    private let surroundings: Surroundings
    private let destination: Destination?
    private let shelf: VersionShelf?
    /// The text that its reader runs with, as far as is known.
    private(set) var running: [UInt8]?
    /// The text that was written last, and what was there before it.
    private(set) var written: [UInt8]?
    private var shown: [UInt8]?
    /// A text that was found not to work: it is not written again.
    private var refused: (octets: [UInt8], reason: String)?

    init(_ settings: TemplateSettings, _ surroundings: Surroundings) {
        self.settings = settings
        self.surroundings = surroundings
        destination = Destination(settings, shelter: surroundings.stateFolder)
        shelf = settings.destination.map {
            VersionShelf(of: $0, in: surroundings.stateFolder, keeping: settings.keptVersions)
        }
    }

    /// Knows what `old`, of the same destination, knew.
    func take(over old: OutputFile) async {
        running = await old.running
        written = await old.written
    }

    /// Puts `octets` into its place.
    func write(_ octets: [UInt8]) async -> RenderEvent.Writing {
        guard let destination, let shelf else {
            return .failed("no destination: add destination = \"FILE\", or IN:OUT to -template")
        }
        do throws(FileFailure) {
            let state = try destination.state()
            if try destination.isCurrent(octets, state) {
                written = octets
                let isOwed = shelf.isOwed
                if !isOwed {
                    running = octets
                    if !surroundings.isDry { keep(octets, shelf) }
                }
                return .unchanged(isOwed: isOwed && !surroundings.isDry)
            }
            if surroundings.isDry { return show(octets, destination) }
            if let refused, refused.octets == octets { return .failed(refused.reason) }
            let staged = try destination.stage(octets, over: state)
            if let reason = await objection(to: staged) {
                destination.discard(staged)
                return .failed(reason)
            }
            // Before the first write it is what the reader was started with, for all that is known.
            if running == nil { running = shelf.isOwed ? shelf.newest(unlike: nil)?.octets : state?.octets }
            if settings.needsJob { markOwed(shelf) }
            try destination.commit(staged, over: state)
            written = octets
            refused = nil
            if !settings.needsJob { keep(octets, shelf) }
            return .written
        } catch {
            return .failed(error.description)
        }
    }

    /// Takes note that what reads the file runs with `octets`.
    func succeeded(with octets: [UInt8]) {
        running = octets
        guard let shelf else { return }
        keep(octets, shelf)
        if octets == written { shelf.clearOwed() }
    }

    /// Puts the text that worked last back, in place of one that was found not to work.
    func takeBack(_ octets: [UInt8], reason: String) throws(FileFailure) {
        guard let destination, let shelf else { return }
        refused = (octets, reason)
        guard let good = running ?? shelf.newest(unlike: octets)?.octets else {
            throw FileFailure("\(destination.file.path): no good version is known to go back to")
        }
        let state = try destination.state()
        try destination.commit(try destination.stage(good, over: state), over: state)
        written = good
    }

    /// The good version before the one that is there; nil if none is kept.
    func rollBack() async throws(FileFailure) -> Int? {
        guard let destination, let shelf else { return nil }
        let state = try destination.state()
        guard let (number, octets) = shelf.newest(unlike: state?.octets) else { return nil }
        let staged = try destination.stage(octets, over: state)
        if let reason = await objection(to: staged) {
            destination.discard(staged)
            throw FileFailure("version \(number): \(reason)")
        }
        if settings.needsJob { try shelf.markOwed() }
        try destination.commit(staged, over: state)
        written = octets
        return number
    }

    /// Why the check does not let a text pass; nil if it does.
    private func objection(to staged: Destination.Staged) async -> String? {
        guard let check = settings.check else { return nil }
        let run = CapturedRun(
            arguments: CheckArguments.arguments(of: check.command, checking: staged.file.absolutePath),
            environment: surroundings.environment, timeout: check.timeout)
        do {
            let outcome = try await run.run()
            if outcome.isSuccess { return nil }
            return "kept back, the old file stays: check \(check.command.description.debugDescription): "
                + outcome.reason(timeout: check.timeout)
        } catch {
            return "kept back, the old file stays: check: \(error)"
        }
    }

    private func show(_ octets: [UInt8], _ destination: Destination) -> RenderEvent.Writing {
        if shown != octets {
            surroundings.print(Array("> \(destination.file.path)\n".utf8) + octets)
            shown = octets
        }
        return .shown
    }

    private func keep(_ octets: [UInt8], _ shelf: VersionShelf) {
        do throws(FileFailure) {
            try shelf.keep(octets)
        } catch {
            surroundings.warn("no version is kept: \(error)")
        }
    }

    private func markOwed(_ shelf: VersionShelf) {
        do throws(FileFailure) {
            try shelf.markOwed()
        } catch {
            surroundings.warn("a command that fails would be forgotten by a restart: \(error)")
        }
    }
}
