internal import DockerEngine

/// What a ``Ledger`` knows of one container.
struct ContainerRecord: Sendable {
    /// A container that is about to end.
    struct Stopping: Sendable, Equatable {
        /// When its entries go, which are marked until then; nil when they have gone.
        var leavesAt: Duration?
        /// When it is looked at whether it runs still.
        var doubtAt: Duration
        /// Whether that time has come: if it is found to run now, it has outlived the signal, and its entries return.
        var isDoubted = false
    }

    /// A container whose entries outlive it.
    struct Ended: Sendable, Equatable {
        /// When they go; nil: when it is started again or removed.
        var until: Duration?
    }

    /// Counts up from container to container: of two that claim the same entry, the younger one has it.
    let number: Int
    /// What it was like when it was last looked at; nil before that.
    var details: ContainerDetails?
    /// What of it are services.
    var reading = ServiceReading()
    /// The ticket of the inspection that is under way; nil if there is none.
    var ticket: Int?
    /// How often in a row it could not be looked at.
    var failures = 0
    /// When it is tried again.
    var retryAt: Duration?
    var stopping: Stopping?
    var ended: Ended?

    init(number: Int) {
        self.number = number
    }

    /// Whether a process of it is there, and no pause between two.
    var isUp: Bool {
        guard let state = details?.state else { return false }
        return state.isRunning && state.status != "restarting"
    }

    /// When something is due.
    var deadlines: [Duration] {
        [retryAt, stopping?.leavesAt, stopping?.doubtAt, ended?.until].compactMap { $0 }
    }
}
