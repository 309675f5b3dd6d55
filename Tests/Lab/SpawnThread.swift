import Foundation

/// The one thread that starts all programs.
///
/// The kernel's "kill me when my parent dies" means the parent's thread, so that thread must never end before the process.
final class SpawnThread: Sendable {
    static let shared = SpawnThread()

    private struct Order: Sendable {
        let command: [String]
        let environment: [String]
        let output: Int32
        let errors: Int32
    }

    private struct State {
        var orders: [(number: Int, order: Order)] = []
        var results: [Int: Result<pid_t, LabError>] = [:]
        var last = 0
    }

    private let state = Guarded(State())

    private init() {
        let state = self.state
        Thread.detachNewThread {
            while true {
                let next = state.wait(until: .after(.seconds(3600))) {
                    $0.orders.isEmpty ? nil : $0.orders.removeFirst()
                }
                guard let next else { continue }
                let result = Result { () throws(LabError) in try Self.spawn(next.order) }
                state.change { $0.results[next.number] = result }
            }
        }
    }

    func spawn(
        _ command: [String], environment: [String], output: Int32, errors: Int32
    ) throws -> pid_t {
        let order = Order(command: command, environment: environment, output: output, errors: errors)
        let number = self.state.change { state in
            state.last += 1
            state.orders.append((state.last, order))
            return state.last
        }
        let result = self.state.wait(until: .after(.seconds(30))) { $0.results.removeValue(forKey: number) }
        guard let result else { throw LabError("\(command.joined(separator: " ")): not started within 30 s") }
        return try result.get()
    }

    private static func spawn(_ order: Order) throws(LabError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, order.output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, order.errors, 2)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        let arguments = unsafe order.command.map { unsafe strdup($0) } + [nil]
        let environment = unsafe order.environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (arguments + environment).forEach { unsafe free($0) } }
        var id: pid_t = 0
        let status = Pipe.whileNoneIsHalfMade {
            unsafe posix_spawn(&id, order.command[0], &actions, &attributes, arguments, environment)
        }
        guard status == 0 else { throw Socket.failure("start \(order.command[0])", status) }
        return id
    }
}
