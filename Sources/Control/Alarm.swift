/// Calls somebody at a time, which may be moved.
struct Alarm: Sendable {
    private var task: Task<Void, Never>?
    private var deadline: Duration?

    /// Calls `ring` at `deadline`, instead of at any time that was set before; nil for never.
    mutating func set(_ deadline: Duration?, clock: ControlClock, _ ring: @escaping @Sendable () -> Void) {
        guard deadline != self.deadline else { return }
        task?.cancel()
        task = nil
        self.deadline = deadline
        guard let deadline else { return }
        task = Task {
            // One that was cancelled has been replaced by another.
            guard (try? await clock.sleep(deadline)) != nil else { return }
            ring()
        }
    }

    /// Never calls any more.
    func cancel() {
        task?.cancel()
    }
}
