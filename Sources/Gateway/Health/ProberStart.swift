internal import Reactor

/// What the prober's thread begins with.
struct ProberStart: Sendable {
    let handle: ProberHandle
    /// Checks under way at once.
    let limit: Int

    func run() {
        guard let poller = Poller(), let port = TLSPort() else {
            handle.finish()
            return
        }
        var prober = Prober(handle: handle, poller: poller, port: port, limit: limit)
        prober.run()
        prober.deallocate()
    }
}
