import Control
import Gateway
import Logging

extension EdgeCommand.RunningEdge {
    /// The longest time between two looks at what there is to tell.
    private static let statusInterval: Duration = .seconds(5)

    /// Tells the supervisor what is served, and that all workers and the control plane are alive, until the task is
    /// cancelled.
    func report(to notifier: EdgeCommand.ServiceNotifier) async {
        guard notifier.isHeard else { return }
        // Two of three words may be late, or lost.
        let interval = min(Self.statusInterval, notifier.watchdog.map { $0 / 3 } ?? Self.statusInterval)
        var told = ""
        while !Task.isCancelled {
            let status = controller.status
            let text =
                "serving table \(status.generation): services \(status.services), endpoints \(status.endpoints), routes "
                + "\(status.routes)\(status.isStoreAvailable ? "" : "; the store does not answer")"
            if text != told {
                notifier.status(text)
                told = text
            }
            if notifier.watchdog != nil {
                async let workers = gateway.isAlive(within: interval)
                async let control = controller.isAlive(within: interval)
                switch await (workers, control) {
                case (true, true): notifier.isAlive()
                case (false, _): logger.critical("a worker does not turn: the watchdog is not told that all is well")
                case (_, false): logger.critical("the control plane stands: the watchdog is not told that all is well")
                }
            }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }
}
