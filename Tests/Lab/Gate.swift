/// Holds threads back until a test lets them go on.
public final class Gate: Sendable {
    private let isOpen = Guarded(false)

    /// A closed gate.
    public init() {}

    deinit {
        self.open()
    }

    /// Waits until the gate is open; a minute at most, so that a failed test holds nothing up.
    public func wait() {
        _ = self.isOpen.wait(until: .after(.seconds(60))) { $0 ? true : nil }
    }

    /// Lets everyone through, now and later.
    public func open() {
        self.isOpen.change { $0 = true }
    }
}
