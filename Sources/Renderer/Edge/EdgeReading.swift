internal import Discovery
internal import KeyValue
internal import Routing
internal import Synchronization
internal import Template

/// The keys below a prefix as the edge understands them, kept from pass to pass.
///
/// Of new pairs only what changed is read, and only what changed is turned into values again. A service that loses its last
/// endpoint stays for ten minutes without any, as at the edge: its clients are told that it is away, and HAProxy needs no
/// reload when its next container comes.
final class EdgeReading: Sendable {
    /// A service with what was made of it.
    private final class Item: Sendable {
        let group: ServiceGroup
        let routes: [DerivedRoute]
        let names: [String]
        let rules: [EdgeRule]
        let problems: [(key: String, reason: String)]
        let facts: EdgeServiceFacts
        let value: Value

        init(
            _ group: ServiceGroup, _ routes: [DerivedRoute], names: [String], _ reader: EdgeRuleReader,
            _ facts: EdgeServiceFacts, value: Value
        ) {
            self.group = group
            self.routes = routes
            self.names = names
            rules = reader.rules
            problems = reader.problems
            self.facts = facts
            self.value = value
        }
    }

    private struct State {
        var folders: EdgeFolders
        var index = ServiceIndex()
        var routes: ServiceRoutes
        var items: [Item] = []
        var expiry: Duration?
        /// Made of all rules and names, as long as none of them changes.
        var rules: Value?
        var groups: Value?
        var hosts: Value?
        var table: Value?
    }

    private let domains: [String]
    private let state: Mutex<State>

    /// Nothing yet.
    ///
    /// - Parameters:
    ///   - prefix: with a slash at its end.
    ///   - domains: where services have their default hosts; `*` for any.
    init(prefix: String, domains: [String]) {
        self.domains = domains
        state = Mutex(State(folders: EdgeFolders(prefix: prefix), routes: ServiceRoutes(domains: domains)))
    }

    /// `prefix` without a slash at its beginning and with one at its end; what follows `?` or `@` stays.
    static func canonical(_ prefix: String) -> String {
        let end = prefix.firstIndex { $0 == "?" || $0 == "@" } ?? prefix.endIndex
        let path = prefix[..<end].drop { $0 == "/" }
        guard !path.isEmpty else { return "" }
        return path + (path.hasSuffix("/") ? "" : "/") + prefix[end...]
    }

    /// The table of `pairs`, which are sorted by their paths.
    func table(of pairs: [KeyPair], now moment: Moment) -> Value {
        let now = Duration.seconds(moment.seconds)
        return state.withLock { state in
            let hasNews = state.folders.update(pairs)
            if let table = state.table, !hasNews, state.expiry.map({ now < $0 }) ?? true { return table }
            state.index.update(state.folders.endpoints, now: now)
            // Those that lost their last endpoint come last there; here all keep their places.
            var groups = state.index.groups.sorted { $0.name < $1.name }
            var derived = state.routes.update(groups)
            if groups.contains(where: { !$0.parts.isEmpty }) {
                // A part is a service of its own to templates, and has its place by its name among all.
                groups = groups.flatMap { [$0] + $0.parts }.sorted { $0.name < $1.name }
                derived = Self.ordered(derived)
            }
            let hasNewWays = update(&state.items, groups, derived)
            if hasNewWays || state.rules == nil {
                let rules = Self.ordered(state.items)
                state.rules = EdgeValues.list(of: EdgeTypes.rule, rules.map(\.value))
                state.groups = Self.groups(of: state.items)
                state.hosts = hosts(of: state.items, rules)
            }
            state.expiry = state.index.nextExpiry
            let table = Self.table(of: state)
            state.table = table
            return table
        }
    }

    /// Brings `items` to `groups` and the routes to them; whether ways to services changed.
    private func update(_ items: inout [Item], _ groups: [ServiceGroup], _ derived: [DerivedRoute]) -> Bool {
        var hasNewWays = groups.count != items.count
        var next: [Item] = []
        next.reserveCapacity(groups.count)
        var place = items.startIndex
        var rest = derived.startIndex
        for group in groups {
            while place < items.endIndex, items[place].group !== group, items[place].group.name < group.name {
                place += 1
            }
            let isKnown = place < items.endIndex && items[place].group.name == group.name
            let old = isKnown ? items[place] : nil
            // Routes come in the order of their services; where they are the same objects, none was added behind them.
            if let old, old.group === group, !old.routes.isEmpty,
                derived[rest...].prefix(old.routes.count).elementsEqual(old.routes, by: ===)
            {
                rest += old.routes.count
                next.append(old)
                continue
            }
            var end = rest
            while end < derived.endIndex, derived[end].route.services.first?.service == group.name { end += 1 }
            let routes = derived[rest..<end]
            rest = end
            if let old, old.group === group, old.routes.isEmpty, routes.isEmpty {
                next.append(old)
                continue
            }
            let item = item(group, Array(routes), old)
            hasNewWays =
                hasNewWays || old?.rules != item.rules || old?.names != item.names
                || old?.facts.spoken != item.facts.spoken
            next.append(item)
        }
        items = next
        return hasNewWays
    }

    private func item(_ group: ServiceGroup, _ routes: [DerivedRoute], _ old: Item?) -> Item {
        let word = EdgeWord.word(group.name)
        var facts = EdgeServiceFacts(group)
        // Without endpoints nobody says it any more.
        if group.isVanished, let old { facts = old.facts }
        var reader = EdgeRuleReader(service: word, spoken: facts.spoken)
        var names: [String] = []
        for derived in routes {
            let isPlain =
                !derived.isExplicit && derived.route.paths.isEmpty && EdgeRuleReader.beyondRules(derived.route) == nil
            let own = isPlain ? defaultNames(derived.route) : []
            // What follows from a plain name can be looked up by it; all else is a rule.
            if !own.isEmpty, own.allSatisfy({ word.hasPrefix($0) }) { names = own } else { reader.add(derived) }
        }
        return Item(
            group, routes, names: names, reader, facts,
            value: EdgeValues.service(group, facts, word: word, names: names, rules: reader.rules))
    }

    /// What stands before the first domain in a service's default hosts: `web`, `web-80`.
    private func defaultNames(_ route: RouteDescription) -> [String] {
        let suffix = ".\(domains.first ?? "*")"
        return route.hosts.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
    }

    /// Routes in the order of the services that they lead to.
    private static func ordered(_ routes: [DerivedRoute]) -> [DerivedRoute] {
        let numbered = routes.enumerated().map { ($1.route.services.first?.service ?? "", $0, $1) }
        return numbered.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }

    /// The rules of all services, each for requests of its own.
    private static func ordered(_ items: [Item]) -> ArraySlice<EdgeRule> {
        var rules = items.flatMap(\.rules).sorted { $0.precedes($1) }
        var kept = 0
        for index in rules.indices where kept == 0 || !rules[kept - 1].isSame(as: rules[index]) {
            rules[kept] = rules[index]
            kept += 1
        }
        return rules[..<kept]
    }

    /// Hosts all of whose requests go to one service: those of rules without a path, then default names.
    private func hosts(of items: [Item], _ rules: ArraySlice<EdgeRule>) -> Value {
        var hosts = EdgeHosts()
        hosts.add(rules)
        for item in items {
            let word = EdgeWord.word(item.group.name)
            for name in item.names {
                for domain in domains { hosts.add(name, in: domain, service: word, item.facts.spoken) }
            }
        }
        return EdgeValues.list(of: EdgeTypes.host, hosts.values)
    }

    /// Names by what is to be put behind them to have the service's: `web` and `-80`, `web-80` and nothing.
    private static func groups(of items: [Item]) -> Value {
        var names: [String: [String]] = [:]
        for item in items {
            for name in item.names {
                names[String(EdgeWord.word(item.group.name).dropFirst(name.count)), default: []].append(name)
            }
        }
        let sorted = names.sorted { $0.key < $1.key }
        return EdgeValues.list(
            of: EdgeTypes.group,
            sorted.map { suffix, names in
                .pointer(Structure(EdgeTypes.group, [.string(suffix), .strings(names.sorted())]))
            })
    }

    private static func table(of state: State) -> Value {
        var problems = state.folders.problems.map { ($0.subject, $0.reason) }
        for item in state.items {
            problems += item.problems.map { ($0.key, $0.reason) }
            problems += item.group.problems.map { ($0.subject, $0.reason) }
        }
        problems += state.routes.problems.map { ($0.subject, $0.reason) }
        return .pointer(
            Structure(
                EdgeTypes.table,
                [
                    EdgeValues.list(of: EdgeTypes.service, state.items.map(\.value)), state.rules ?? .null,
                    state.groups ?? .null, state.hosts ?? .null,
                    EdgeValues.list(
                        of: EdgeTypes.problem,
                        problems.map { key, reason in
                            .pointer(Structure(EdgeTypes.problem, [.string(key), .string(reason)]))
                        }),
                ]))
    }
}
