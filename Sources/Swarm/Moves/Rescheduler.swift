internal import Logging
internal import Synchronization

/// Keeps containers where they should be, as long as this manager is the primary.
///
/// What moves when its node is lost is made anew elsewhere, and tried again while it cannot be; what is back with its node
/// and was made anew meanwhile goes; services that are on every node come to new nodes and leave drained ones. All of it is
/// found by looking at what is, and not by what happened: so a manager that has just become the primary does the same.
final class Rescheduler: Sendable {
    let mover: ContainerMover
    /// Where it is kept which engines are drained.
    let maintenance: any MaintenanceStore
    private let pace: Duration
    private let book = Mutex(Book())

    private struct Book {
        /// IDs of what is being worked on.
        var underWay: Set<String> = []
        /// When what failed is tried again, and after how many failures.
        var failures: [String: (count: Int, next: ContinuousClock.Instant)] = [:]
        /// Services that are being ended, which are not to be completed meanwhile.
        var ending: Set<String> = []
        /// Instances of services that were ended while their nodes did not answer.
        var ended: Set<String> = []
        /// Containers of engines that have left the cluster, and that are to be made anew.
        var orphans: [String: ClusterContainer] = [:]
    }

    /// Containers that are moved at once.
    private static let movesMax = 16
    /// Containers of engines that have left, at most.
    private static let orphansMax = 100_000
    /// The longest wait between two tries.
    private static let waitMax: Duration = .seconds(60)

    private var creator: ContainerCreator { mover.creator }
    private var cluster: Cluster { mover.creator.cluster }

    /// - Parameter pace: how often it looks.
    init(mover: ContainerMover, maintenance: any MaintenanceStore, pace: Duration = .seconds(1)) {
        self.mover = mover
        self.maintenance = maintenance
        self.pace = pace
    }

    /// Works until its task is cancelled.
    func run() async {
        let changes = cluster.changes()
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await change in changes where change.hasLeft { self.noteOrphans(change.containers) }
            }
            var isInformed = false
            while !Task.isCancelled {
                if !isInformed { isInformed = await learnDrained() }
                for job in due() { group.addTask { await self.perform(job) } }
                try? await Task.sleep(for: pace)
            }
            group.cancelAll()
        }
    }

    /// Takes over from the store which engines are drained.
    ///
    /// - Returns: whether the store answered.
    func learnDrained() async -> Bool {
        do {
            let drained = try await maintenance.drainedEngines()
            cluster.change { $0.drain(drained) }
            return true
        } catch {
            cluster.logger.warning(
                "swarm: nobody knows which engines are drained while the store does not answer",
                metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Notes containers whose engine has left the cluster, and which nobody knows of any more.
    private func noteOrphans(_ containers: [ClusterContainer]) {
        book.withLock { book in
            for container in containers where container.moves && book.orphans.count < Self.orphansMax {
                book.orphans[container.id] = container
            }
        }
    }

    // MARK: Services

    /// Leaves a service alone while `body` ends it.
    func ending<Result>(
        _ service: String, _ body: () async throws(RequestError) -> Result
    ) async throws(RequestError) -> Result {
        book.withLock { _ = $0.ending.insert(service) }
        defer { book.withLock { _ = $0.ending.remove(service) } }
        return try await body()
    }

    /// Notes that an instance is to go as soon as its node answers.
    func noteEnded(_ id: String) {
        book.withLock { _ = $0.ended.insert(id) }
    }

    // MARK: Work

    private enum Job: Sendable {
        case move(ClusterContainer)
        case end(ClusterContainer, why: String, forced: Bool)
        case complete(GlobalPlan.Instance)

        /// Jobs of one key are not done at once.
        var key: String {
            switch self {
            case .move(let container), .end(let container, _, _): container.id
            case .complete(let instance): "\(instance.address) \(instance.service)"
            }
        }
    }

    /// What is to be done now and is not being done; noted as under way.
    private func due() -> [Job] {
        let (ended, ending, orphans) = book.withLock { ($0.ended, $0.ending, $0.orphans) }
        let scheduler = creator.scheduler
        let (jobs, found) = cluster.read { state -> ([Job], [String]) in
            var jobs = state.supersededContainers.filter { !mover.isMoving($0) }.map {
                Job.end($0, why: "it was made anew elsewhere", forced: true)
            }
            for id in ended {
                guard let container = state.directory.containers[id],
                    state.engine(id: container.engineID)?.standing.isAnswering == true
                else { continue }
                jobs.append(.end(container, why: "its service was ended", forced: true))
            }
            // An engine may be back under another address, and a copy may be anywhere.
            let found = orphans.values.filter { orphan in
                state.directory.containers[orphan.id] != nil
                    || !state.directory.copies(of: orphan.placement.swarmID).isEmpty
            }.map(\.id)
            let left = orphans.filter { !found.contains($0.key) }.values
            jobs += (state.lostContainers + left.sorted { ($0.created, $0.id) < ($1.created, $1.id) }).map(Job.move)
            let plan = GlobalPlan(state, scheduler: scheduler)
            jobs += plan.surplus.filter { !ended.contains($0.id) }.map {
                .end($0, why: "its node is drained", forced: false)
            }
            jobs += plan.missing.filter { !ending.contains($0.service) && !ended.contains($0.model.id) }.map(
                Job.complete)
            return (jobs, found)
        }
        let now = ContinuousClock.now
        return book.withLock { book in
            for id in found { book.orphans[id] = nil }
            let keys = Set(jobs.map(\.key))
            book.failures = book.failures.filter { keys.contains($0.key) }
            var due: [Job] = []
            for job in jobs where book.underWay.count < Self.movesMax && !book.underWay.contains(job.key) {
                if let failure = book.failures[job.key], failure.next > now { continue }
                book.underWay.insert(job.key)
                due.append(job)
            }
            return due
        }
    }

    private func perform(_ job: Job) async {
        let error = await attempt(job)
        book.withLock { book in
            book.underWay.remove(job.key)
            if error == nil {
                book.failures[job.key] = nil
                if case .end(let container, _, _) = job { book.ended.remove(container.id) }
            } else {
                let count = (book.failures[job.key]?.count ?? 0) + 1
                let wait = min(Self.waitMax, pace * (1 << min(count, 10)))
                book.failures[job.key] = (count, .now + wait)
            }
        }
        guard let error else { return }
        cluster.logger.warning("\(error)")
    }

    /// Does it; gives why it was not done.
    private func attempt(_ job: Job) async -> String? {
        do throws(RequestError) {
            try await creator.confirmLeadership()
            switch job {
            case .move(let container):
                do throws(RequestError) {
                    _ = try await mover.move(container)
                } catch {
                    return "Failed to reschedule container \(container.id): \(error.message)"
                }
            case .end(let container, let why, let forced):
                if let complaint = await mover.end(container, forced: forced) {
                    return "swarm: \(container.name) is not removed: \(complaint)"
                }
                cluster.logger.info(
                    "swarm: removed", metadata: ["name": "\(container.name)", "id": "\(container.id)", "why": "\(why)"])
            case .complete(let instance):
                try await mover.copy(instance)
            }
            return nil
        } catch {
            return "swarm: \(error.message)"
        }
    }
}
