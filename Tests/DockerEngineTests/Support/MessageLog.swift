import DockerEngine
import Lab

/// What a follower tells, kept for a test to wait for.
final class MessageLog: Sendable {
    private let kept = Guarded<[EventFollower.Message]>([])
    private let reader: Task<Void, Never>

    init(_ follower: EventFollower) {
        let kept = self.kept
        reader = Task {
            for await message in follower.messages() { kept.change { $0.append(message) } }
        }
    }

    deinit {
        reader.cancel()
    }

    /// All that was told so far.
    var messages: [EventFollower.Message] { kept.read { $0 } }

    /// The events that were told so far.
    var events: [EngineEvent] {
        messages.compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    /// Waits until a message from the `start`th on satisfies `condition`.
    ///
    /// - Returns: the index of the message after it.
    @discardableResult
    func wait(
        for what: String, from start: Int = 0,
        _ condition: @escaping @Sendable (EventFollower.Message) -> Bool
    ) async throws -> Int {
        let kept = self.kept
        let found = try await offPool {
            kept.wait(until: .after(.seconds(90))) { messages in messages[start...].firstIndex(where: condition) }
        }
        guard let found else { throw LabError("never told: \(what); told: \(messages.suffix(20))") }
        return found + 1
    }

    /// Waits for an event of `action` that befell `id`.
    @discardableResult
    func wait(forEvent action: String, of id: String, from start: Int = 0) async throws -> Int {
        try await wait(for: "\(action) of \(id)", from: start) { message in
            if case .event(let event) = message { event.action == action && event.actorID == id } else { false }
        }
    }
}
