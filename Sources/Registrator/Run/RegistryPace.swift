internal import Logging

/// When a registry is asked to do what: events in, actions out.
///
/// - What is to be known is compared with what is there whenever it changes, when everything is looked at anew, and after
///   every failure: a store that was away may have forgotten.
/// - One comparison at a time; what changes in the meantime is one comparison after it.
/// - Lifetimes are refreshed beside all that. What fails is tried again after a second, then less and less often.
/// - A registry that has never answered is pinged first, as often as the settings say, and then given up.
struct RegistryPace: Sendable {
    /// Something that happened.
    enum Event: Sendable {
        /// There is something to be known, for the first time or anew.
        case changed
        /// It was compared, and written where it differed.
        case reconciled(RegistryChange)
        /// The lifetimes were refreshed; false: they were over.
        case refreshed(Bool)
        /// It answers.
        case answered
        /// What was asked last has failed.
        case failed(Call, String)
        /// Time has passed.
        case time
    }

    /// What a registry can be asked.
    enum Call: Sendable, Equatable {
        case ping
        case reconcile
        case refresh
    }

    /// What is to be done.
    enum Action: Sendable, Equatable {
        /// Ask, and tell what came of it.
        case call(Call)
        /// Say something.
        case log(Logger.Level, String)
        /// It has not answered as often as it was to be tried.
        case giveUp
    }

    /// What the pause after failures grows to: soon after a store is back its entries are.
    static let pauseMaximum = Duration.seconds(5)

    let name: String
    let settings: RegistratorSettings
    private(set) var isConnected = false
    /// What it was last compared with is what is to be known.
    private(set) var isSettled = false
    private var isWanted = false
    private var isDue = false
    private var underWay: Set<String> = []
    private var refreshAt: Duration?
    private var retryAt: Duration?
    private var failures = 0
    private var tries = 0
    private var isGivenUp = false
    private var refusals: [RegistryRefusal] = []

    /// The pace of the registry called `name`.
    init(name: String, settings: RegistratorSettings) {
        self.name = name
        self.settings = settings
    }

    /// When there is something to do even if nothing happens.
    var nextDeadline: Duration? {
        [refreshAt, retryAt].compactMap { $0 }.min()
    }

    /// Whether a comparison is under way.
    var isReconciling: Bool { underWay.contains("reconcile") }

    /// Takes an event in; returns what is to be done.
    mutating func handle(_ event: Event, now: Duration) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .changed:
            isWanted = true
            isDue = true
        case .reconciled(let change):
            underWay.remove("reconcile")
            recover(now, &actions)
            isSettled = !isDue
            tell(change, &actions)
        case .refreshed(let isAlive):
            underWay.remove("refresh")
            refreshAt = now + settings.refresh
            recover(now, &actions)
            if !isAlive { isDue = isWanted }
        case .answered:
            underWay.remove("ping")
            recover(now, &actions)
        case .failed(let call, let reason): fail(call, reason, now, &actions)
        case .time: break
        }
        begin(now, &actions)
        return actions
    }

    private mutating func recover(_ now: Duration, _ actions: inout [Action]) {
        if !isConnected {
            actions.append(.log(.notice, "\(name): it answers"))
        } else if failures > 0 {
            actions.append(.log(.notice, "\(name): it answers again"))
            isDue = isWanted
            // Lifetimes went on meanwhile.
            refreshAt = refreshAt ?? now
        }
        isConnected = true
        failures = 0
        retryAt = nil
        // Comparisons refresh nothing: however many there are, they put no refresh off.
        refreshAt = refreshAt ?? now + settings.refresh
    }

    private mutating func fail(_ call: Call, _ reason: String, _ now: Duration, _ actions: inout [Action]) {
        underWay.remove("\(call)")
        isSettled = false
        if call == .reconcile { isDue = true }
        guard isConnected else {
            tries += 1
            if let attempts = settings.attempts, tries > attempts {
                isGivenUp = true
                actions += [.log(.critical, reason), .giveUp]
                return
            }
            actions.append(.log(tries == 1 ? .error : .debug, "\(reason): it is tried again"))
            retryAt = now + settings.retryInterval
            return
        }
        if failures == 0 { actions.append(.log(.error, "\(reason): it is tried again")) }
        let pause = min(.seconds(1) * (1 << min(failures, 8)), Self.pauseMaximum)
        retryAt = now + pause
        refreshAt = nil
        failures += 1
    }

    private mutating func begin(_ now: Duration, _ actions: inout [Action]) {
        guard !isGivenUp else { return }
        if let at = retryAt {
            guard at <= now else { return }
            retryAt = nil
        }
        guard isConnected else {
            call(.ping, &actions)
            return
        }
        if isDue, isWanted, !isReconciling {
            isDue = false
            isSettled = false
            call(.reconcile, &actions)
        }
        // After a failure one question at a time: a comparison tells as much as a refresh.
        let isRefreshDue = refreshAt.map { $0 <= now } ?? (failures > 0 && !isReconciling)
        if isRefreshDue {
            refreshAt = nil
            call(.refresh, &actions)
        }
    }

    private mutating func call(_ call: Call, _ actions: inout [Action]) {
        guard underWay.insert("\(call)").inserted else { return }
        actions.append(.call(call))
    }

    private mutating func tell(_ change: RegistryChange, _ actions: inout [Action]) {
        if change.written + change.removed > 0 {
            actions.append(.log(.info, "\(name): \(change.written) written, \(change.removed) removed"))
        }
        for refusal in change.refused where !refusals.contains(refusal) {
            actions.append(.log(.warning, "\(name): \(refusal)"))
        }
        refusals = change.refused
    }
}
