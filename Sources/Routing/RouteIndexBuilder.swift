/// Puts routes into a ``RouteIndex``, in the order of their names.
struct RouteIndexBuilder {
    /// Where a host pattern of a route leads.
    typealias HostID = Int32

    private var index = RouteIndex()
    /// The index's pool, apart from it while it grows.
    private var pool: [UInt8] = []
    /// Places as linked lists of candidates while they grow.
    private var places: [Chain] = []
    private var nodes: [Node] = []
    private var hostsByRegex: [String: HostID] = [:]
    /// Prefix lengths and path regexes as they come: of many hosts in turn.
    private var lengths: [(host: HostID, length: UInt16)] = []
    private var pathRegexes: [(host: HostID, entry: RouteIndex.RegexEntry)] = []
    private var placesByRegex: [UInt64: Int32] = [:]
    private var numbers: [ObjectIdentifier: Int32] = [:]

    private struct Chain {
        var first: Int32
        var last: Int32
    }

    private struct Node {
        var route: Int32
        var next: Int32 = -1
    }

    /// An index without routes.
    init() {
        pool = index.pool
    }

    /// Makes room for `count` routes.
    mutating func reserve(_ count: Int) {
        index.hosts.reserveCapacity(count)
        pool.reserveCapacity(count * 24)
        index.conditions.reserveCapacity(count)
        places.reserveCapacity(count)
        nodes.reserveCapacity(count)
    }

    /// The number of `regex` among the table's.
    mutating func number(of regex: Regex) -> Int32 {
        if let number = numbers[ObjectIdentifier(regex)] { return number }
        let number = Int32(index.regexes.count)
        index.regexes.append(regex)
        numbers[ObjectIdentifier(regex)] = number
        return number
    }

    /// Puts `octets` into the pool.
    mutating func keep(_ octets: some Collection<UInt8>) -> PoolRange {
        let start = pool.count
        pool.append(contentsOf: octets)
        return PoolRange(start: UInt32(start), count: UInt32(pool.count - start))
    }

    /// Adds the conditions of the next route.
    mutating func append(_ conditions: RouteConditions, methodNames: [String], headers: [HeaderCondition]) {
        var conditions = conditions
        conditions.firstMethod = Int32(index.methodNames.count)
        conditions.methodCount = Int32(methodNames.count)
        for name in methodNames {
            let range = keep(name.utf8)
            index.methodNames.append(range)
        }
        conditions.firstHeader = Int32(index.headers.count)
        conditions.headerCount = Int32(headers.count)
        index.headers += headers
        index.conditions.append(conditions)
    }

    /// The host for a pattern; `regex` is the compiled one of a regex pattern.
    mutating func host(for pattern: HostPattern, regex: Regex?) -> HostID {
        switch pattern {
        case .exact(let name):
            return host(named: name, in: \.exactHosts)
        case .wildcard(let suffix):
            index.wildcardLengths.insert(suffix.utf8.count)
            return host(named: suffix, in: \.wildcards)
        case .firstLabel(let label):
            return host(named: label, in: \.firstLabels)
        case .regex(let text):
            if let known = hostsByRegex[text] { return known }
            let host = newHost()
            hostsByRegex[text] = host
            if let regex {
                index.hostRegexes.append(RouteIndex.RegexEntry(regex: number(of: regex), target: host))
            }
            return host
        case .any:
            if index.anyHost < 0 { index.anyHost = newHost() }
            return index.anyHost
        }
    }

    private mutating func newHost() -> HostID {
        index.hosts.append(RouteIndex.Host())
        return HostID(index.hosts.count - 1)
    }

    private mutating func host(named name: String, in hosts: WritableKeyPath<RouteIndex, ByteIndex>) -> HostID {
        let range = keep(name.utf8)
        let next = HostID(index.hosts.count)
        let host = index[keyPath: hosts].insert(range, salt: 0, value: next, pool: pool)
        if host == next { index.hosts.append(RouteIndex.Host()) } else { pool.removeLast(Int(range.count)) }
        return host
    }

    /// Adds the route numbered `route`, the last one appended, at `path` of `host`; nil: any path.
    mutating func add(_ route: Int32, at path: PathPattern?, regex: Regex?, of host: HostID) {
        switch path {
        case nil:
            let place = index.hosts[Int(host)].anyPath
            index.hosts[Int(host)].anyPath = chain(route, to: place < 0 ? Int32(places.count) : place)
        case .exact(let octets):
            index.hosts[Int(host)].hasExact = true
            add(route, at: octets, salt: RouteIndex.salt(host: Int(host), isPrefix: false))
        case .prefix(let octets):
            let isNew = add(route, at: octets, salt: RouteIndex.salt(host: Int(host), isPrefix: true))
            if isNew { lengths.append((host, UInt16(octets.count))) }
        case .regex:
            guard let regex else { return }
            let number = number(of: regex)
            let key = UInt64(UInt32(bitPattern: host)) << 32 | UInt64(UInt32(bitPattern: number))
            if let place = placesByRegex[key] {
                _ = chain(route, to: place)
            } else {
                let place = chain(route, to: Int32(places.count))
                placesByRegex[key] = place
                pathRegexes.append((host, RouteIndex.RegexEntry(regex: number, target: place)))
            }
        }
    }

    @discardableResult
    private mutating func add(_ route: Int32, at octets: [UInt8], salt: UInt32) -> Bool {
        let range = keep(octets)
        let next = Int32(places.count)
        let place = index.paths.insert(range, salt: salt, value: next, pool: pool)
        if place != next { pool.removeLast(Int(range.count)) }
        _ = chain(route, to: place)
        return place == next
    }

    /// Hangs `route` at the end of a place, the next new one or one that is there.
    private mutating func chain(_ route: Int32, to place: Int32) -> Int32 {
        let node = Int32(nodes.count)
        if Int(place) == places.count {
            nodes.append(Node(route: route))
            places.append(Chain(first: node, last: node))
            return place
        }
        let last = Int(places[Int(place)].last)
        // Two spellings of one host or path in the same route.
        if nodes[last].route == route { return place }
        nodes.append(Node(route: route))
        nodes[last].next = node
        places[Int(place)].last = node
        return place
    }

    /// The index of all that was added.
    consuming func finished() -> RouteIndex {
        index.pool = pool
        layPlaces()
        layLengths()
        layPathRegexes()
        return index
    }

    /// Lays the candidates of each place together: the more conditions the sooner, and by name where they are as many.
    private mutating func layPlaces() {
        index.candidates.reserveCapacity(nodes.count)
        index.places.reserveCapacity(places.count)
        for chain in places {
            let first = index.candidates.count
            var node = chain.first
            while node >= 0 {
                index.candidates.append(nodes[Int(node)].route)
                node = nodes[Int(node)].next
            }
            if index.candidates.count - first > 1 {
                let conditions = index.conditions
                index.candidates[first...].sort {
                    let (one, two) = (conditions[Int($0)].strength, conditions[Int($1)].strength)
                    return one == two ? $0 < $1 : one > two
                }
            }
            index.places.append(RouteIndex.Place(first: Int32(first), count: Int32(index.candidates.count - first)))
        }
    }

    private mutating func layLengths() {
        lengths.sort { $0.host == $1.host ? $0.length > $1.length : $0.host < $1.host }
        var before: (host: HostID, length: UInt16)?
        for entry in lengths {
            if let before, before == entry { continue }
            if before?.host != entry.host {
                index.hosts[Int(entry.host)].firstLength = Int32(index.prefixLengths.count)
            }
            index.hosts[Int(entry.host)].lengthCount += 1
            index.prefixLengths.append(entry.length)
            before = entry
        }
    }

    private mutating func layPathRegexes() {
        // A stable sort: within a host they keep the order of their routes.
        let order = pathRegexes.indices.sorted {
            pathRegexes[$0].host == pathRegexes[$1].host ? $0 < $1 : pathRegexes[$0].host < pathRegexes[$1].host
        }
        for position in order {
            let host = Int(pathRegexes[position].host)
            if index.hosts[host].regexCount == 0 { index.hosts[host].firstRegex = Int32(index.pathRegexes.count) }
            index.hosts[host].regexCount += 1
            index.pathRegexes.append(pathRegexes[position].entry)
        }
    }
}
