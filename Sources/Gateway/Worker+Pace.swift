internal import Reactor
internal import Routing

/// Answers that go no faster than they may (`limits.bandwidth`).
///
/// What may not go yet is not read from the endpoint: it waits in the socket, or in the stream's window. While an answer
/// waits, its endpoint is waited for neither to speak nor to take anything, so the connection's deadline is free for it.
extension Worker {
    /// Holds the exchange's answer back, if its route or service asks for that.
    mutating func pace(_ exchange: Ref<Exchange>, _ route: RouteRecord, _ service: ServiceRecord) {
        let bandwidth = table.bandwidth(of: route, service)
        guard bandwidth > 0 else { return }
        let index = paces.take()
        guard index >= 0 else { return }
        paces[index].value.begin(rate: bandwidth, now: now)
        exchange.value.pace = index
    }

    /// Octets of the answer that may be read now; 0, and a time to look again is set, if none may.
    mutating func paceRoom(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) -> Int {
        let pace = paces[exchange.value.pace]
        let room = pace.value.room(now: now)
        // The head, with what comes along, is waited for by its own deadline.
        if exchange.value.responseStage == .head { return Int(max(room, 4 << 10)) }
        pace.value.isWaiting = room == 0
        if room == 0 { setDeadline(upstream, pace.value.wait) }
        return Int(room)
    }

    /// Octets of the answer have been taken.
    mutating func spend(_ count: Int, of exchange: Ref<Exchange>) {
        guard exchange.value.pace >= 0 else { return }
        paces[exchange.value.pace].value.octets -= Int64(count)
    }

    /// Whether the deadline that has passed was the pace's; then the answer goes on.
    mutating func resumesPaced(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) -> Bool {
        guard exchange.value.pace >= 0, paces[exchange.value.pace].value.isWaiting else { return false }
        paces[exchange.value.pace].value.isWaiting = false
        setDeadline(upstream, answerPatience(exchange))
        advance(exchange)
        return true
    }

    /// The answer is over.
    mutating func endPace(_ exchange: Ref<Exchange>) {
        paces.give(exchange.value.pace)
        exchange.value.pace = -1
    }
}
