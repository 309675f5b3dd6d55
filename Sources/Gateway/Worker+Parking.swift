internal import Reactor
internal import Routing

/// Requests that wait for something else than their client or endpoint before they are forwarded.
///
/// A request is parked between ``beginExchange(_:_:isStash:)``'s routing, when its rewritten head stands in `outbound`, and
/// ``forward(_:)``. It has no upstream connection and no answer. Its client's connection is in ``ClientPhase/exchange`` as
/// ever, and nothing of it is read: of HTTP/1 the body stays in the socket, of HTTP/2 in the stream's window. To use it:
///
/// 1. While the request is being routed, call ``park(_:for:milliseconds:)`` and go on as if it were forwarded. It is
///    counted, and holds its table. Give the ticket to whoever will know.
/// 2. When the time has come, on this worker (from another thread: by a message to its mailbox), call ``unpark(_:)``. It
///    returns nil when the request has gone: its client broke off, its stream was reset, its time was over, a drain cut it.
///    A place's next occupant has another ticket, so a late word never meets a stranger.
/// 3. Otherwise ``forward(_:)`` it, or refuse it with ``refuse(parked:_:)``.
///
/// When `milliseconds` have passed ``parkingExpired(_:)`` answers it by its reason. A drain waits for parked requests as for
/// all others. Whatever is kept for one of them elsewhere is let go of in ``leaveParking(_:)``, through which all leave.
extension Worker {
    /// Parks the exchange until it is called up, for at most `milliseconds` (0: without limit); nil when there is no room.
    ///
    /// A wait ends up to one tick of the timers late (``TimerWheel``).
    mutating func park(
        _ exchange: Ref<Exchange>, for reason: ParkingReason, milliseconds: UInt32
    ) -> ParkingTicket? {
        let index = parked.take()
        guard index >= 0 else { return nil }
        let place = parked[index]
        place.value.exchange = exchange.value.index
        place.value.reason = reason
        place.value.since = now
        exchange.value.parking = index
        // The client is waited for neither to read nor to write: its deadline is free for this.
        setDeadline(connections[exchange.value.client], milliseconds)
        return place.value.ticket
    }

    /// Takes the request that `ticket` names out of parking; nil when it has gone.
    mutating func unpark(_ ticket: ParkingTicket) -> Ref<Exchange>? {
        let place = parked[ticket.index]
        guard place.value.generation == ticket.generation, place.value.exchange >= 0 else { return nil }
        let exchange = exchanges[place.value.exchange]
        leaveParking(exchange)
        setDeadline(connections[exchange.value.client], 0)
        return exchange
    }

    /// Answers a request that was called up and is not to go on.
    mutating func refuse(parked exchange: Ref<Exchange>, _ error: GatewayError) {
        fail(exchange, error, mayRetry: false)
    }

    /// Frees the exchange's place, whether it was called up or has ended.
    mutating func leaveParking(_ exchange: Ref<Exchange>) {
        guard exchange.value.parking >= 0 else { return }
        let place = parked[exchange.value.parking]
        exchange.value.parking = -1
        let waited = UInt32(clamping: (now &- place.value.since) / 1_000)
        switch place.value.reason {
        case .endpoint: exchange.value.queued &+= waited
        case .verification: exchange.value.verified &+= waited
        case .permission: break
        }
        if place.value.line >= 0 { leaveLine(place, exchange) }
        place.value.exchange = -1
        place.value.generation &+= 1
        parked.give(place.value.index)
    }

    /// A request was parked for as long as it may be.
    mutating func parkingExpired(_ exchange: Ref<Exchange>) {
        let reason = parked[exchange.value.parking].value.reason
        leaveParking(exchange)
        switch reason {
        case .endpoint: lineExpired(exchange)
        case .verification: refuse(parked: exchange, GatewayError(.exhausted))
        case .permission: refuse(parked: exchange, GatewayError(.permissionUnreachable))
        }
    }
}
