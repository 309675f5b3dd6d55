/// What one choice of an endpoint goes by, the service's part included.
struct EndpointRequest {
    /// ``EndpointChoice/random``.
    let random: UInt64
    /// ``EndpointChoice/now``.
    let now: UInt64
    /// ``EndpointChoice/tried``.
    let tried: TriedEndpoints
    /// ``EndpointChoice/key``.
    let key: UInt64
    /// The service, an index into ``RoutingTable/services``.
    let service: Int
    /// How it is balanced.
    let balance: Balance
    /// ``EndpointChoice/limit``.
    let limit: Int32
    /// ``SpreadRecord/slowStart``; 0 where it does not matter.
    var slowStart: UInt64 = 0
    /// Endpoints that are ejected or down do as well.
    var takesAny = false

    init(_ choice: EndpointChoice, service: Int, balance: Balance) {
        random = choice.random
        now = choice.now
        tried = choice.tried
        key = choice.key
        self.service = service
        self.balance = balance
        limit = choice.limit
    }
}
