@testable import DockerEngine

@testable import Registrator

/// A ledger with an engine that answers at once, or when the test says so.
struct LedgerBench {
    var ledger: Ledger
    /// What runs, by ID.
    var containers: [String: ContainerDetails] = [:]
    var now = Duration.zero
    /// Whether the engine answers by itself.
    var answers = true
    /// How often there was something to publish.
    var publications = 0
    /// Inspections that wait for an answer.
    var questions: [(id: String, ticket: Int)] = []
    var logged: [String] = []

    init(_ options: (inout RegistratorOptions) -> Void = { _ in }, rules: ServiceRules = .made()) {
        var chosen = RegistratorOptions()
        options(&chosen)
        ledger = Ledger(settings: RegistratorSettings(chosen), reader: ServiceReader(rules))
    }

    /// One that has seen its engine.
    static func connected(
        _ options: (inout RegistratorOptions) -> Void = { _ in }, rules: ServiceRules = .made()
    ) -> LedgerBench {
        var bench = LedgerBench(options, rules: rules)
        bench.tell(.connected)
        return bench
    }

    /// What is to be known.
    var tree: String { Tree.text(ledger.services) }

    mutating func tell(_ events: LedgerEvent...) {
        perform(ledger.handle(events, now: now))
    }

    mutating func pass(_ time: Duration) {
        now += time
        tell(.time)
    }

    /// An event of `id`.
    mutating func happen(_ action: String, _ id: String, _ attributes: [String: String] = [:]) {
        tell(.happened(EngineEvent(action: action, actorID: id, attributes: attributes, timeNano: 0)))
    }

    /// `docker run --name ID -p PORT:80`.
    mutating func run(
        _ id: String, port: Int = 1, image: String = "lab:1", _ change: (inout ContainerDetails) -> Void = { _ in }
    ) {
        var container = RunCommand.container("--name \(id) -p \(port):80 \(image)")
        container.id = id
        change(&container)
        containers[id] = container
        happen("start", id)
    }

    /// The process of `id` ends.
    mutating func die(_ id: String, _ exitCode: Int = 0, isRemoved: Bool = false) {
        containers[id]?.state = ContainerState(status: "exited", isRunning: false, exitCode: exitCode)
        happen("die", id, ["exitCode": "\(exitCode)"])
        guard isRemoved else { return }
        containers[id] = nil
        happen("destroy", id)
    }

    /// Answers what was asked of `id` last, as it was when `details` was taken.
    mutating func answer(_ id: String, _ details: ContainerDetails?) {
        guard let index = questions.lastIndex(where: { $0.id == id }) else { return }
        let question = questions.remove(at: index)
        tell(.inspected(id, ticket: question.ticket, details))
    }

    private mutating func perform(_ actions: [LedgerAction]) {
        for action in actions {
            switch action {
            case .list:
                if answers { tell(.listed(containers.filter { $0.value.state.isRunning }.keys.sorted())) }
            case .inspect(let id, let ticket):
                if answers {
                    tell(.inspected(id, ticket: ticket, containers[id]))
                } else {
                    questions.append((id, ticket))
                }
            case .publish: publications += 1
            case .log(_, let text): logged.append(text)
            }
        }
    }
}
