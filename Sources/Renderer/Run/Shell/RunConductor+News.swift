/// What has happened: what sources say, and whether it is believed.
extension RunConductor {
    func read(_ news: [RunInbox.News]) -> [RenderEvent] {
        var events: [RenderEvent] = book.release(now: now).map { .answered($0) }
        for item in news {
            switch item {
            case .event(let event):
                if case .jobEnded(.done(hasReloaded: true)) = event { reloadCount += 1 }
                events.append(event)
            case .word(let dependency, let word): hear(word, of: dependency, &events)
            case .dedup(let event): heed(event, &events)
            case .child(let number, let ending):
                guard number == childNumber else { continue }
                child = nil
                events.append(.childEnded(ending))
            }
        }
        return events
    }

    func hear(_ word: SourceWord, of dependency: Dependency, _ events: inout [RenderEvent]) {
        // A word may have been on its way when the watch ended.
        guard watches[dependency] != nil else { return }
        switch word {
        case .absent:
            absent.insert(dependency)
            events.append(.absent(dependency))
        case .unavailable(let reason): events.append(.unavailable(dependency, reason))
        case .answer(let answer, let isSuspect):
            absent.remove(dependency)
            let verdict = book.take(
                answer, to: dependency, isSuspect: isSuspect, guards: guards(of: dependency), now: now)
            switch verdict {
            case .accepted: events.append(.answered(dependency))
            case .known: events.append(.heard(dependency))
            case .held(let reason):
                events.append(.heard(dependency))
                say(.warn, "\(dependency): \(reason): held back for \(guards(of: dependency).hold)")
            }
        }
    }

    /// The most careful of the guards of those that ask.
    func guards(of dependency: Dependency) -> AnswerGuard {
        var result = AnswerGuard()
        result.isEnabled = false
        for index in templates.indices where loop.templates[index].used.contains(dependency) {
            let settings = configuration.templates[index].answerGuard
            guard settings.isEnabled else { continue }
            guard result.isEnabled else {
                result = settings
                continue
            }
            result.holdsEmpty = result.holdsEmpty || settings.holdsEmpty
            result.maximumDrop = min(result.maximumDrop, settings.maximumDrop)
            result.minimumEntries = min(result.minimumEntries, settings.minimumEntries)
            result.hold = max(result.hold, settings.hold)
        }
        return result
    }
}
