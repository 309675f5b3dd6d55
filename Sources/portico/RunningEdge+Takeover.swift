import Control
import FoundationEssentials
import Gateway
import Glibc
import KeyValue
import Logging

/// One edge takes over from another.
extension EdgeCommand.RunningEdge {
    /// How long a successor waits for its table: without one it is none.
    private static let tableWait: Duration = .seconds(20)
    /// How long a new process may take until it has asked for the sockets and is ready.
    private static let successorTime: Duration = .seconds(90)
    /// How long the store is asked for that the predecessor has let go.
    private static let storeTime: Duration = .seconds(20)

    /// Where an edge with this state directory waits for successors.
    static func post(in stateDirectory: String) -> String { "\(stateDirectory)/takeover.sock" }

    // MARK: - The successor

    /// Serves beside `predecessor`, and then without it.
    func takeOver(from predecessor: Predecessor) async throws {
        guard await controller.waitUntilReady(timeout: Self.tableWait) else {
            let reason = "the successor has no table: its store does not answer, and there is no last good table"
            predecessor.refuse(reason)
            throw HandoverError(description: reason)
        }
        do {
            try gateway.start()
        } catch {
            predecessor.refuse(error.description)
            throw error
        }
        do {
            try await predecessor.ready(configuration.gateway)
        } catch {
            // The predecessor serves on: its sockets, and what waits at them, are left to it.
            _ = await gateway.drain(
                timeout: .seconds(10), successor: Set(configuration.gateway.listeners.map(\.address)))
            throw error
        }
        logger.notice("took over from process \(predecessor.process)")
    }

    /// The embedded store that the predecessor still has: asked by its API meanwhile.
    static func awaitedStore(name: String, api: String, _ logger: Logger) -> AwaitedStore {
        var interim: (any KeyValueStore)?
        if !api.isEmpty {
            do {
                // Nothing of the environment is meant for it: tokens, certificates.
                interim = try openStore(StoreURL("consul://\(api)"), environment: [:], logger: logger)
            } catch {
                logger.warning("the predecessor's store is not asked, and the last good table served: \(error)")
            }
        }
        return AwaitedStore(name: name, interim: interim)
    }

    /// Opens the embedded store, which the predecessor has let go of, or is about to.
    func openAwaited() async -> EmbeddedStore? {
        guard case .store(.embedded(let directory)) = source else { return nil }
        let deadline = ContinuousClock.now + Self.storeTime
        while true {
            do {
                return try EmbeddedStore(directory: directory)
            } catch {
                guard ContinuousClock.now < deadline else {
                    logger.error("the store cannot be opened, and the last good table stands until a restart: \(error)")
                    return nil
                }
            }
            // Cut short where the task is cancelled: the deadline ends it.
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    // MARK: - The predecessor

    /// Opens the place where successors find this edge; without it, it serves all the same.
    func openPost(_ events: EdgeCommand.EventStream, api: String) -> HandoverPost? {
        do {
            try FileManager.default.createDirectory(atPath: stateDirectory, withIntermediateDirectories: true)
            let post = try HandoverPost(
                path: Self.post(in: stateDirectory), gateway: gateway, store: store.name, api: api
            ) { [controller] in controller.keepTable() }
            try post.start { events.tell(.handover($0)) }
            return post
        } catch {
            logger.warning("no other process can take over from this one: \(error)")
            return nil
        }
    }

    /// SIGUSR2: starts the program that is there now with this process's arguments.
    func startSuccessor(
        _ successor: inout SuccessorProcess?, _ events: EdgeCommand.EventStream,
        _ notifier: EdgeCommand.ServiceNotifier
    ) {
        if let successor {
            logger.warning("process \(successor.id) is taking over already")
            return
        }
        var environment = environment
        // What a supervisor has told this process is not for another.
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID"] {
            environment[name] = nil
        }
        environment[EdgeCommand.takeoverVariable] = Self.post(in: stateDirectory)
        var arguments = CommandLine.arguments
        let program = SuccessorProcess.program(arguments.first ?? "")
        arguments = [program] + arguments.dropFirst()
        notifier.reloading()
        do {
            let started = try SuccessorProcess(arguments, environment: environment) { id, how in
                events.tell(.successorEnded(id, how))
            }
            successor = started
            logger.notice("process \(started.id) is to take over: \(program)")
            Task {
                // Not cut short: the process lives on, or nobody is there to be told.
                try? await Task.sleep(for: Self.successorTime)
                events.tell(.successorIsLate(started.id))
            }
        } catch {
            logger.error("the takeover came to nothing, and this edge goes on: \(error)")
            notifier.ready(status: "serving; the last takeover came to nothing")
        }
    }

    /// Stops to accept, for `handover`'s process serves.
    func leave(to handover: HandoverPost.Handover, _ notifier: EdgeCommand.ServiceNotifier) {
        let seconds = loader.settings.takeoverDrainSeconds ?? 3_600
        gateway.beginDrain(timeout: .seconds(seconds), successor: handover.taken)
        notifier.hasSuccessor(handover.process)
    }
}
