internal import NIOCore
internal import NIOHTTP1

/// Carries out what ``ConsulWatch`` decides: one blocking query after the other until its task is cancelled.
struct ConsulFollower {
    /// What asks.
    let client: ConsulClient
    /// What is followed.
    let subject: ConsulSubject
    /// Who is told.
    let mailbox: WatchMailbox

    /// Follows the subject.
    func run(allowsStale: Bool) async {
        var watch = ConsulWatch(allowsStale: allowsStale, limits: client.limits)
        var memory = ConsulListingMemory()
        let clock = ContinuousClock()
        while !Task.isCancelled {
            let began = clock.now
            let step: ConsulWatch.Step
            let next: ContinuousClock.Instant
            do {
                let (answer, cost) = try await ask(watch.query, &memory)
                step = watch.received(answer)
                // While a large prefix changes all the time, reading it takes half of a core at most.
                let isDear = cost > .milliseconds(1)
                next = max(began + step.pause, isDear ? clock.now + cost : began)
            } catch {
                if Task.isCancelled { return }
                step = watch.failed(
                    error.error, isConnectionLost: error.reach == .lost, jitter: Double.random(in: 0...1))
                next = clock.now + step.pause
            }
            if let event = step.event { mailbox.offer(event) }
            if next > clock.now { try? await clock.sleep(until: next) }
        }
    }

    /// Asks once.
    ///
    /// - Returns: the answer, and how long it took to read once it was here.
    private func ask(
        _ query: ConsulWatch.Query, _ memory: inout ConsulListingMemory
    ) async throws(RequestFailure) -> (answer: ConsulWatch.Answer, cost: Duration) {
        let limits = client.limits
        do {
            let subject = try subject.checked()
            var request = subject.request(deadline: limits.answer)
            if query.isStale { request.query.append(("stale", nil)) }
            if query.index > 0 {
                request.query += [("index", String(query.index)), ("wait", GoDuration.text(limits.wait))]
                request.deadline = limits.wait + limits.wait / 16 + limits.waitAllowance
                request.repetition = .ifNotSent
            }
            let answer = try await client.send(request)
            let arrived = ContinuousClock.now
            let result = ConsulWatch.Answer(
                index: answer.index, isLeaderKnown: answer.isLeaderKnown, lastContact: answer.lastContact,
                entries: try subject.entries(answer, what: request.what, memory: &memory))
            return (result, ContinuousClock.now - arrived)
        } catch let failure as RequestFailure {
            throw failure
        } catch let error as KeyValueError {
            throw RequestFailure(.final, error.kind, error.description)
        } catch {
            throw RequestFailure(.answered, .unavailable, "\(subject.what): \(client.name): \(error)")
        }
    }
}

/// Durations as Go's `time.ParseDuration` reads them.
enum GoDuration {
    /// Milliseconds, rounded.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
    }
}
