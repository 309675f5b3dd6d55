internal import KeyValue

/// All that `portico top` knows and shows: what came from the edge goes in, keys go in, a picture comes out.
///
/// It does no I/O and asks no clock.
struct TopModel: Sendable {
    /// What is looked at.
    enum View: Equatable, Sendable {
        case services
        case endpoints
        case problems
        case events
    }

    /// Whether what is shown is of now.
    enum Link: Equatable, Sendable {
        case live
        /// Why not, when the last word came and when the next attempt is, in seconds since the program began.
        case lost(String, since: Double, retryAt: Double)
    }

    /// What waits for `y` or `n`.
    struct Question: Equatable, Sendable {
        var order: EndpointOrder
        var text: String
    }

    /// What is to be done for a key, by whoever owns terminal and connection.
    enum Effect: Equatable, Sendable {
        case quit
        case suspend
        case redraw
        /// The feed is to follow this service's endpoints, too; nil: none's.
        case watch(String?)
        case send(EndpointOrder)
    }

    let address: String
    var size: ScreenSize
    let appearance: Appearance
    /// Seconds since the program began.
    var now = 0.0
    var link = Link.live

    // MARK: What came from the edge

    var facts: EdgeFacts?
    var totals: EdgeTotals?
    var total = Rates()
    /// The edge's own clock when it last spoke, seconds since 1970.
    var edgeTime: Int64 = 0
    /// Where the next stream goes on.
    var position = EdgeFeed.Position()
    var services = TableList(columns: ServiceRow.columns, sortedBy: 1)
    var endpoints = TableList(columns: EndpointRow.columns, sortedBy: 0)
    var problems = TableList(columns: ProblemRow.columns, sortedBy: 0)
    var events = TableList(columns: EventRow.columns, sortedBy: 0)
    var problemFacts: [ProblemFacts] = []
    var eventFacts: [EventFacts] = []
    /// Whether ``problems`` and ``events`` are to be made of them anew before they are shown.
    var areListsOld = false
    /// The service whose endpoints are shown.
    var service: String?
    /// Whether that service's endpoints have come.
    var hasEndpoints = false
    /// Whether a report has come.
    var hasRates = false

    // MARK: What the operator does

    var view = View.services
    var isHelp = false
    /// Whether keys go into the filter.
    var isTyping = false
    var question: Question?
    /// What became of the last order.
    var message: String?

    init(address: String, size: ScreenSize, appearance: Appearance) {
        self.address = address
        self.size = size
        self.appearance = appearance
    }

    /// How many problems there are.
    var problemCount: Int { totals?.problems ?? facts?.problems ?? 0 }

    /// The table that is looked at.
    var listing: any TableListing {
        get {
            switch view {
            case .services: services
            case .endpoints: endpoints
            case .problems: problems
            case .events: events
            }
        }
        set {
            switch newValue {
            case let list as TableList<ServiceRow>: services = list
            case let list as TableList<EndpointRow>: endpoints = list
            case let list as TableList<ProblemRow>: problems = list
            case let list as TableList<EventRow>: events = list
            default: break
            }
        }
    }
}

/// What an operator wants of an endpoint.
struct EndpointOrder: Equatable, Sendable {
    /// What is wanted.
    enum Action: String, Sendable {
        case drain
        case enable
    }

    var service: String
    var address: String
    var action: Action

    /// Where the admin API takes it.
    var target: String {
        let names = [service, address].map(PercentCoding.encodeQuery)
        return "/api/v1/endpoints/\(names[0])/\(names[1])/\(action.rawValue)"
    }
}
