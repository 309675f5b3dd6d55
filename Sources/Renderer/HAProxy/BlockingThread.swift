internal import CLinux
internal import Glibc

/// Runs what blocks on a thread of its own, never on one of Swift's, which are as few as there are cores.
enum BlockingThread {
    /// What a new thread is to do.
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` and waits for it; `body` has to see to its own end in time.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, HAProxyFailure>
    ) async throws(HAProxyFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            if !start({ continuation.resume(returning: body()) }) {
                continuation.resume(returning: .failure(HAProxyFailure("no thread left in this process")))
            }
        }
        return try result.get()
    }

    // Safety: the box is retained for the new thread, which takes it over; or is released here if there is no thread.
    private static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
        let box = unsafe Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    _ = unsafe portico_set_thread_name("haproxy-api")
                    unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            }, unsafe box.toOpaque())
        guard status == 0 else {
            unsafe box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
