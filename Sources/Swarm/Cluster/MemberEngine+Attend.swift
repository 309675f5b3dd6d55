internal import DockerEngine
internal import Logging

/// The engine is made out, followed, pinged and looked at anew from time to time, until nobody wants to know any more.
///
/// ```
///  identify ──> attend: events, pings, refreshes ──lost, or another engine──> pause ──> identify
/// ```
///
/// It counts as healthy when its events are followed and everything on it is known; what it was before does not matter.
extension MemberEngine {
    /// Why an engine is attended to no more.
    enum End: Sendable {
        /// It does not answer, or not as an engine does.
        case lost
        /// Another engine is at its address.
        case changed
    }

    /// Attends to the engine for as long as the task is wanted.
    func attend() async {
        var pause = cluster.settings.retryMin
        while !Task.isCancelled {
            do {
                try await identify()
                let (end, wasKnown) = await attendOnce()
                if wasKnown { pause = cluster.settings.retryMin }
                if end == .changed { continue }
            } catch {
                guard !Task.isCancelled else { return }
                switch error {
                case .unanswered(let reason): failed(reason)
                case .unfit(let text):
                    cluster.stand(address) { standing in
                        standing.refused(text)
                        return nil
                    }
                }
                logger.debug("swarm: an engine is not known", metadata: ["error": "\(error)"])
            }
            // Cancelled is what ends the loop. Not all come back at the same moment.
            try? await Task.sleep(for: pause * Double.random(in: 0.75...1.25))
            pause = min(pause * 2, cluster.settings.retryMax)
        }
    }

    /// Attends to an engine that is made out, until it is lost or another.
    ///
    /// - Returns: why it ended, and whether it was healthy meanwhile.
    private func attendOnce() async -> (End, wasKnown: Bool) {
        let known = Flag()
        let end = await withTaskGroup(of: End.self) { group in
            group.addTask { await self.follow(known) }
            group.addTask { await self.ping() }
            group.addTask { await self.refreshNowAndThen() }
            defer { group.cancelAll() }
            return await group.next() ?? .lost
        }
        return (end, known.isSet)
    }

    /// Pings the engine until it has failed to answer as often as it may.
    private func ping() async -> End {
        let settings = cluster.settings
        while !Task.isCancelled {
            await doubt.pause(settings.heartbeat * Double.random(in: 0.9...1))
            guard !Task.isCancelled else { break }
            let start = ContinuousClock.now
            do {
                _ = try await client.ping()
                answered()
            } catch {
                guard !Task.isCancelled else { break }
                failed(error)
                if isGivenUp {
                    underWay.giveUp()
                    return .lost
                }
                // Cancelled is what ends the loop.
                try? await Task.sleep(until: start + settings.heartbeatRetry)
                doubt.ring()
            }
        }
        return .lost
    }

    private func answered() {
        let isFailing = cluster.read { ($0.engines[address]?.standing.failures ?? 0) > 0 }
        guard isFailing else { return }
        cluster.stand(address) { standing in
            standing.answered()
            return nil
        }
    }

    private var isGivenUp: Bool {
        cluster.read { state in state.engines[address].map { $0.standing.failures >= $0.standing.failuresMax } ?? true }
    }

    /// Everything on the engine is known: it counts from now on.
    func settle() {
        cluster.stand(address) { standing in
            standing.condition == .pending ? standing.validated() : standing.succeeded()
        }
    }

    /// Looks at everything anew from time to time: for what events did not tell.
    private func refreshNowAndThen() async -> End {
        let settings = cluster.settings
        var identified = ContinuousClock.now
        while !Task.isCancelled {
            let spread = (settings.refreshMax - settings.refreshMin) * Double.random(in: 0...1)
            // Cancelled is what ends the loop.
            try? await Task.sleep(for: settings.refreshMin + spread)
            guard !Task.isCancelled else { break }
            do {
                if .now - identified > settings.identityCheck {
                    guard try await isSame() else { return .changed }
                    identified = .now
                }
                try await refreshAll()
            } catch {
                doubt.ring()
            }
        }
        return .lost
    }
}
