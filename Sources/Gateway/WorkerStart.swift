internal import Reactor
internal import Synchronization

/// What a worker's thread begins with.
struct WorkerStart: Sendable {
    let gateway: Gateway
    let handle: WorkerHandle
    let peers: [WorkerHandle]
    let configuration: GatewayConfiguration
    let listeners: [WorkerListener]
    let sockets: [ListeningSocket]
    let secured: [TLSServerContext?]
    let limit: Int
    let reports: WorkerReports

    func run() {
        if let poller = Poller(), let port = TLSPort() {
            var worker = Worker(
                handle: handle, peers: peers, configuration: configuration, listeners: listeners, sockets: sockets,
                secured: secured,
                connectionLimit: limit, poller: poller, port: port)
            let code = worker.register()
            reports.post(code == 0 ? nil : "epoll_ctl: \(SocketError(call: "epoll_ctl", code: code).reason)")
            if code == 0 { worker.run() }
            // A worker that has come to its end is not one that hangs.
            handle.signOfLife.store(.max, ordering: .releasing)
            worker.deallocate()
        } else {
            reports.post("no descriptor left for its loop: raise ulimit -n")
        }
        gateway.workerStopped()
    }
}
