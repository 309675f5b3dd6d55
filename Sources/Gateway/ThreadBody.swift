internal import CLinux
internal import Glibc

/// What a new thread is to do.
final class ThreadBody: Sendable {
    private let name: String
    private let run: @Sendable () -> Void

    private init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }

    /// Runs `body` on a thread of its own; false if it cannot be made.
    static func spawn(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let box = unsafe Unmanaged.passRetained(ThreadBody(name: name, run: body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
                    _ = unsafe portico_set_thread_name(body.name)
                    body.run()
                }
                return nil
            }, unsafe box.toOpaque())
        if result != 0 { unsafe box.release() }
        pthread_detach(thread)
        return result == 0
    }
}
