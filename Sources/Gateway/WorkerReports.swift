internal import Reactor

/// What workers' threads say of their beginning, one after the other, and how a start waits for it.
final class WorkerReports: Sendable {
    private let mailbox: Mailbox<String?>

    /// No report yet; nil when the process has no descriptor left.
    init?() {
        guard let mailbox = Mailbox<String?>() else { return nil }
        self.mailbox = mailbox
    }

    /// Tells what keeps a worker from beginning; nil: it has begun.
    func post(_ problem: String?) {
        mailbox.post(problem)
    }

    /// The next report.
    func next(within milliseconds: Int32) -> String? {
        guard let poller = Poller(), poller.addLevelTriggered(mailbox.fd, token: 0) else {
            return "no descriptor left to wait for it: raise ulimit -n"
        }
        guard poller.wait(milliseconds: milliseconds) > 0, let report = mailbox.collect().first else {
            return "it has not begun after \(milliseconds) ms"
        }
        return report
    }
}
