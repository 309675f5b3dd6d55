/// What is done with texts: they are written, and commands follow.
extension RunConductor {
    func write(_ index: Int) {
        let (text, file, inbox) = (texts[index], files[index], inbox)
        spawn { inbox.post(.event(.wrote(template: index, await file.write(text)))) }
    }

    func run(_ job: RenderJob) {
        let (jobs, inbox) = (jobs, inbox)
        let files = job.templates.map { self.files[$0] }
        spawn {
            var items: [JobRunner.Item] = []
            for (index, file) in zip(job.templates, files) {
                guard let written = await file.written else { continue }
                items.append(
                    JobRunner.Item(
                        template: index, settings: file.settings, running: await file.running, written: written))
            }
            let outcome = await jobs.run(job, items)
            inbox.post(.event(.jobEnded(await Self.settle(outcome, job, items, files, jobs))))
        }
    }

    /// Notes what became of the files' texts.
    private static func settle(
        _ outcome: JobRunner.Outcome, _ job: RenderJob, _ items: [JobRunner.Item], _ files: [OutputFile],
        _ jobs: JobRunner
    ) async -> RenderEvent.Working {
        switch outcome {
        case .failed(let reason): return .failed(reason)
        case .done(let hasReloaded):
            for (item, file) in zip(items, files) { await file.succeeded(with: item.written) }
            return .done(hasReloaded: hasReloaded)
        case .disproved(let reason):
            do {
                for (item, file) in zip(items, files) { try await file.takeBack(item.written, reason: reason) }
                try await jobs.repeatCommand(of: job)
                for file in files {
                    if let good = await file.written { await file.succeeded(with: good) }
                }
                return .takenBack("\(reason): the old files are back")
            } catch {
                return .failed("\(reason): and the old files could not be put back: \(error)")
            }
        }
    }
}
