import Synchronization

/// Ports for programs that cannot be told to let the kernel choose.
public enum FreePort {
    private static let given = Mutex<Set<UInt16>>([])

    /// A port at 127.0.0.1 that nobody listens at, never the same twice in this process.
    public static func next() throws -> UInt16 {
        for _ in 0..<100 {
            let port = try Listener(port: 0).port
            if self.given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw LabError("no free port found at 127.0.0.1")
    }
}
