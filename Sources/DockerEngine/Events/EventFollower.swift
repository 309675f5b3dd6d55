internal import Logging

/// Follows an engine's events over its restarts and lost connections.
///
/// ```swift
/// for await message in EventFollower(engine, filters: ["type": ["container"]]).messages() {
///     switch message {
///     case .connected, .reconnected: // list the containers, compare with what is known
///     case .event(let event): // look at event.actorID
///     case .unavailable(let error): // say so; it goes on by itself
///     }
/// }
/// ```
///
/// After ``Message/connected`` and ``Message/reconnected`` everything that happens comes as an event, and perhaps some of
/// what happened just before too; so a list that is made then, and kept up by events, misses nothing. An event is never
/// told twice. Nothing ends the stream but the reader.
public struct EventFollower: Sendable {
    /// What a reader is told.
    public enum Message: Sendable, Equatable {
        /// Events come: the first time. List what there is.
        case connected
        /// Events come again, but some may be lost: the engine or the connection was away, or the reader too slow. List
        /// anew.
        case reconnected
        /// Something happened.
        case event(EngineEvent)
        /// The engine cannot be followed; told once as long as the reason is the same.
        case unavailable(DockerError)
    }

    private let engine: DockerEngine
    private let filters: [String: [String]]

    /// A follower; connects when its messages are asked for.
    ///
    /// - Parameters:
    ///   - filters: which events, as ``DockerEngine/events(since:filters:)`` has them.
    public init(_ engine: DockerEngine, filters: [String: [String]] = [:]) {
        self.engine = engine
        self.filters = filters
    }

    /// What happens, until the reader's task is cancelled or nobody holds the stream.
    ///
    /// Each call follows the engine on its own.
    public func messages() -> AsyncStream<Message> {
        EventMailbox.stream(limit: engine.limits.waitingEventsMax) { mailbox in await run(mailbox) }
    }

    /// What happens, all that waits at once, for a reader that deals with many together; otherwise as ``messages()``.
    public func batches() -> AsyncStream<[Message]> {
        EventMailbox.batches(limit: engine.limits.waitingEventsMax) { mailbox in await run(mailbox) }
    }

    private func run(_ mailbox: EventMailbox) async {
        let following = FollowingState(limits: engine.limits)
        while !Task.isCancelled {
            let error = await followOnce(following, mailbox)
            guard !Task.isCancelled else { return }
            let step = following.with { $0.failed(error, jitter: Double.random(in: 0...1)) }
            engine.logger.debug("docker: events ended", metadata: ["error": "\(error)"])
            if let message = step.message { mailbox.offer(message) }
            if step.pause > .zero {
                // Cancelled is what ends the loop.
                try? await Task.sleep(for: step.pause)
            }
        }
    }

    /// Follows one stream to its end.
    private func followOnce(_ following: FollowingState, _ mailbox: EventMailbox) async -> DockerError {
        do {
            let since: Int64?
            if let resumed = following.with({ $0.since }) {
                since = resumed
            } else {
                since = try await engine.ping().seconds?.multipliedReportingOverflow(by: 1_000_000_000).partialValue
            }
            let events = try await engine.events(since: since, filters: filters)
            mailbox.offer(following.with { $0.connected() })
            return await withTaskGroup(of: DockerError.self) { group in
                group.addTask { await read(events, following, mailbox) }
                group.addTask { await heartbeats(following) }
                defer { group.cancelAll() }
                return await group.next() ?? DockerError(.cancelled, "docker: follow events: cancelled")
            }
        } catch {
            return error
        }
    }

    private func read(
        _ events: EngineEvents, _ following: FollowingState, _ mailbox: EventMailbox
    ) async -> DockerError {
        do {
            for try await event in events where following.with({ $0.received(event) }) {
                mailbox.offer(.event(event))
            }
            return DockerError(.lost, "docker: follow events: \(engine.address): the engine ended the stream")
        } catch {
            return error
        }
    }

    /// Asks the engine whether it is there still, until it does not answer: a stream's silence says nothing.
    private func heartbeats(_ following: FollowingState) async -> DockerError {
        do {
            while true {
                do {
                    try await Task.sleep(for: engine.limits.heartbeat)
                } catch {
                    return DockerError(.cancelled, "docker: follow events: cancelled")
                }
                _ = try await engine.ping()
                following.with { $0.settled() }
            }
        } catch {
            return error
        }
    }
}
