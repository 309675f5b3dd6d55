internal import Reactor
internal import Routing

/// `timeouts.try` and `timeouts.total`: what bounds a try, or the whole exchange, whatever it waits for.
///
/// They are one moment in the exchange, the earlier of the two, which every wait is cut down to. Where neither is asked for it
/// is 0, and costs one test a wait.
extension Worker {
    /// A try begins, or has the whole request now.
    mutating func timeTry(_ exchange: Ref<Exchange>) {
        let timeouts = exchange.value.timeouts
        guard timeouts.perTry | timeouts.total != 0 else { return }
        var deadline = timeouts.total > 0 ? totalEnd(exchange) : .max
        // While the client is to send more, it is not the endpoint that is waited for.
        if timeouts.perTry > 0, exchange.value.requestStage == .done {
            deadline = min(deadline, now &+ UInt64(timeouts.perTry) &* 1_000_000)
        }
        exchange.value.deadline = deadline == .max ? 0 : deadline
    }

    /// The answer has begun: no try is timed any more.
    mutating func timeAnswer(_ exchange: Ref<Exchange>) {
        exchange.value.deadline = exchange.value.timeouts.total > 0 ? totalEnd(exchange) : 0
    }

    /// Milliseconds of a wait that is to take `patience` (0: without limit), but no longer than try and exchange may.
    @inline(__always)
    func bounded(_ exchange: Ref<Exchange>, _ patience: UInt32) -> UInt32 {
        guard exchange.value.deadline != 0 else { return patience }
        return cut(patience, to: exchange.value.deadline)
    }

    private func cut(_ patience: UInt32, to deadline: UInt64) -> UInt32 {
        let left = deadline > now ? UInt32(clamping: (deadline - now) / 1_000_000 + 1) : 1
        return patience == 0 ? left : min(patience, left)
    }

    /// What a wait that is over comes to, if it is try or exchange whose time is up; nil if it was its own.
    func overdue(_ exchange: Ref<Exchange>) -> GatewayError.Kind? {
        guard exchange.value.deadline != 0, now >= exchange.value.deadline else { return nil }
        let isOver = exchange.value.timeouts.total > 0 && now >= totalEnd(exchange)
        return isOver ? .requestTimeout : .tryTimeout
    }

    private func totalEnd(_ exchange: Ref<Exchange>) -> UInt64 {
        exchange.value.started &+ UInt64(exchange.value.timeouts.total) &* 1_000_000
    }
}
