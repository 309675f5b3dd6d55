internal import AsyncHTTPClient
import FoundationEssentials
internal import NIOCore

/// Carries out what ``EtcdWatch`` decides: listings and streams of changes, one after the other, until its task is cancelled.
struct EtcdFollower: Sendable {
    /// How a stream ended.
    private enum Ending: Sendable {
        /// The watch has what it needs, and lists anew.
        case over
        /// By itself, or because its member did not answer any more.
        case failed(RequestFailure)
    }

    /// What one of the two tasks of a stream came to.
    private enum Outcome: Sendable {
        case read(EtcdWatch, Ending)
        case silent(RequestFailure)
    }

    /// What asks.
    let client: EtcdClient
    /// Where the store's keys lie.
    let space: EtcdKeySpace
    /// What is followed.
    let prefix: String
    /// Who is told.
    let mailbox: WatchMailbox

    private var what: String { "watch of \(prefix)" }

    /// Follows the prefix.
    func run() async {
        var watch = EtcdWatch(in: space, limits: client.limits)
        while !Task.isCancelled {
            let step: EtcdWatch.Step
            switch watch.query {
            case .list:
                do throws(RequestFailure) {
                    step = watch.listed(try await snapshot())
                } catch {
                    if Task.isCancelled { return }
                    step = watch.failed(
                        error.error, isStreamLost: error.reach == .lost, lived: .zero, jitter: Double.random(in: 0...1))
                }
            case .follow(let revision):
                step = await follow(&watch, from: revision)
                if Task.isCancelled { return }
            }
            if let event = step.event { mailbox.offer(event) }
            if step.pause > .zero { try? await ContinuousClock().sleep(for: step.pause) }
        }
    }

    private func snapshot() async throws(RequestFailure) -> EtcdSnapshot {
        let range: (from: [UInt8], to: [UInt8])
        do throws(KeyValueError) {
            range = space.range(try EtcdKeySpace.checkedPrefix(prefix))
        } catch {
            throw RequestFailure(.final, error.kind, error.description)
        }
        return try await client.snapshot(from: range.from, to: range.to, what: what)
    }

    /// One stream of changes, to its end.
    private func follow(_ watch: inout EtcdWatch, from revision: Int64) async -> EtcdWatch.Step {
        let began = ContinuousClock.now
        let ending: Ending
        do throws(RequestFailure) {
            let range = space.range(prefix.hasPrefix("/") ? String(prefix.dropFirst()) : prefix)
            let stream = try await client.open(
                EtcdRequest(
                    what: what, path: "watch",
                    json: EtcdMessage.watch(from: range.from, to: range.to, revision: revision)))
            (watch, ending) = await read(stream, watch, key: range.from)
        } catch {
            return watch.failed(
                error.error, isStreamLost: error.reach == .lost, lived: .zero, jitter: Double.random(in: 0...1))
        }
        let lived = ContinuousClock.now - began
        switch ending {
        case .over: return watch.ended(lived: lived, jitter: Double.random(in: 0...1))
        case .failed(let failure):
            return watch.failed(failure.error, isStreamLost: true, lived: lived, jitter: Double.random(in: 0...1))
        }
    }

    /// Reads a stream while its member is there.
    private func read(
        _ stream: EtcdClient.Stream, _ watch: EtcdWatch, key: [UInt8]
    ) async -> (EtcdWatch, Ending) {
        let (last, ending) = await withTaskGroup(of: Outcome.self) { group -> (EtcdWatch, Ending) in
            group.addTask { await messages(of: stream, watch) }
            group.addTask { .silent(await silence(of: stream, key: key)) }
            var silent: RequestFailure?
            while let outcome = await group.next() {
                group.cancelAll()
                switch outcome {
                case .silent(let failure): silent = failure
                case .read(let watch, let ending): return (watch, silent.map { .failed($0) } ?? ending)
                }
            }
            return (watch, Ending.over)
        }
        if case .failed(let failure) = ending {
            if EtcdProblem.isAboutToken(failure.error.description) {
                await client.forget(stream.token)
            } else if failure.reach != .final, failure.reach != .cancelled {
                client.moveOn(from: stream.member)
            }
        }
        return (last, ending)
    }

    private func messages(of stream: EtcdClient.Stream, _ watch: EtcdWatch) async -> Outcome {
        var watch = watch
        var lines = EtcdLines(octetsMax: client.limits.bodyBytesMax)
        do {
            for try await chunk in stream.body {
                client.heard(from: stream.member)
                guard let whole = lines.take(chunk.readableBytesView) else {
                    let text = "\(what): \(stream.server): a message larger than this reads"
                    return .read(watch, .failed(RequestFailure(.final, .garbled, text)))
                }
                let ending = take(whole, of: stream, into: &watch)
                // What came together is told together.
                if let event = watch.change() { mailbox.offer(event) }
                if let ending { return .read(watch, ending) }
            }
            let last = lines.rest.isEmpty ? nil : take([lines.rest], of: stream, into: &watch)
            let lost = RequestFailure(.lost, .unavailable, "\(what): \(stream.server): the watch has ended")
            return .read(watch, last ?? .failed(lost))
        } catch {
            let failure = RequestFailure(
                error, of: EtcdClient.peer, what: what, server: stream.server, isAfterHead: true)
            return .read(watch, .failed(failure))
        }
    }

    /// Takes messages until one of them ends the stream.
    private func take(_ lines: [[UInt8]], of stream: EtcdClient.Stream, into watch: inout EtcdWatch) -> Ending? {
        for line in lines where !line.isEmpty {
            guard
                let answer = try? JSONDecoder().decode(EtcdStreamAnswer<EtcdWatchMessage>.self, from: Data(line)),
                answer.result != nil || answer.error != nil
            else {
                let text = "\(what): \(stream.server): not etcd's JSON: \(EtcdProblem.excerpt(line))"
                return .failed(RequestFailure(.answered, .garbled, text))
            }
            if let error = answer.error {
                return .failed(EtcdProblem.failure(error, what: what, server: stream.server))
            }
            guard let message = answer.result else { continue }
            switch watch.heard(message) {
            case .goesOn: continue
            case .isOver: return .over
            case .failed(let reason):
                return .failed(
                    EtcdProblem.failure(
                        EtcdErrorAnswer(message: reason, code: 14), what: what, server: stream.server))
            }
        }
        return nil
    }

    /// Waits until the stream's member does not answer any more.
    private func silence(of stream: EtcdClient.Stream, key: [UInt8]) async -> RequestFailure {
        let clock = ContinuousClock()
        // Many watches of one member: the first to ask asks for all.
        let patience = client.limits.silence * Double.random(in: 1...1.25)
        do {
            while true {
                let due = client.lastWord(of: stream.member) + patience
                if due > clock.now {
                    try await clock.sleep(until: due)
                } else {
                    try await client.pulse(of: stream.member, key: key)
                }
            }
        } catch {
            return error as? RequestFailure
                ?? RequestFailure(.cancelled, .unavailable, "\(what): \(stream.server): cancelled")
        }
    }
}
