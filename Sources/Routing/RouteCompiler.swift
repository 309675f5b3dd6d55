internal import Wire

/// Compiles routes one by one, in the order of their names; what cannot be is left out with its problem.
///
/// A pattern that is wrong is left out of its route, which stands with the others it has. A route without a sound pattern left,
/// or with a condition or action that is wrong, is left out whole: with less of it, it would match or do what nobody asked for.
/// A route whose services are unknown stays and answers 503, so that its requests do not fall to a less specific route.
struct RouteCompiler {
    /// What was compiled.
    private(set) var compiled = CompiledRoutes()
    /// Where it is found.
    private(set) var index = RouteIndexBuilder()
    /// What was left out.
    private(set) var problems: [TableProblem] = []

    private let services: CompiledServices
    private let previous: CompiledRoutes?
    private let registries: Registries

    /// A compiler of routes that lead to `services`.
    init(services: CompiledServices, previous: CompiledRoutes?, registries: Registries) {
        self.services = services
        self.previous = previous
        self.registries = registries
    }

    /// Compiles all of `descriptions`.
    mutating func compile(_ descriptions: [RouteDescription]) {
        index.reserve(descriptions.count)
        compiled.records.reserveCapacity(descriptions.count)
        compiled.names.reserveCapacity(descriptions.count)
        compiled.indices.reserveCapacity(descriptions.count)
        compiled.sources.reserveCapacity(descriptions.count)
        compiled.leases.reserveCapacity(descriptions.count)
        for source in NameOrder.sorted(descriptions) {
            let description = descriptions[source]
            if let reason = EntryName.fault(in: description.name, allowingSlash: true) {
                report(description, reason)
            } else if let first = compiled.indices[description.name] {
                let other = descriptions[Int(compiled.sources[Int(first)])].provenance.source
                report(description, "has the name of another route, at \(other), which stands: rename one of the two")
            } else {
                do throws(PatternError) {
                    try compile(description, source: source)
                } catch {
                    report(description, error.reason + " (the route is left out)")
                }
            }
        }
    }

    private mutating func compile(_ description: RouteDescription, source: Int) throws(PatternError) {
        // All that can fail comes first: nothing of a route that is left out may stay in the index.
        let hosts = try hosts(of: description)
        let paths = try paths(of: description)
        let methods = try methods(of: description)
        let headers = try headers(of: description)
        let actions = try actions(of: description, paths: paths)

        let route = Int32(compiled.records.count)
        var record = record(of: description)
        record.firstShare = Int32(compiled.shares.count)
        if description.redirect == nil { appendShares(of: description) }
        record.shareCount = Int32(compiled.shares.count) - record.firstShare
        if description.compression != nil { record.traits.insert(.compression) }
        if description.forwardAuth != nil { record.traits.insert(.permission) }
        if !actions.isEmpty {
            record.hasActions = true
            record.hasRedirect = actions.redirect != nil
            record.hasPathEdit = actions.path != nil
            record.hasRequestEdits = actions.requestEdits != nil
            record.hasResponseEdits = actions.responseEdits != nil
            record.action = Int32(compiled.actions.count)
            compiled.actions.append(actions)
        }
        let lease =
            previous?.indices[description.name].flatMap { previous?.leases[Int($0)] }
            ?? SlotLease(from: registries.statistics)
        record.statisticsSlot = Int32(lease.slot)
        record.access = compiled.accesses.index(of: description.access, previous: previous?.accesses)
        if record.access >= 0 { record.traits.insert(.guarded) }
        if let auth = description.access.basicAuth, auth.isUnknown { report(description, auth.problem) }
        compiled.records.append(record)
        compiled.names.append(description.name)
        compiled.indices[description.name] = route
        compiled.sources.append(Int32(source))
        compiled.leases.append(lease)
        enter(route, hosts: hosts, paths: paths, methods: methods, headers: headers)
    }

    private mutating func report(_ description: RouteDescription, _ reason: String) {
        problems.append(
            TableProblem(subject: "route \(description.name)", reason: reason, provenance: description.provenance))
    }

    // MARK: Patterns

    private typealias Host = (pattern: HostPattern, regex: Regex?)
    private typealias Path = (pattern: PathPattern, regex: Regex?)
    private typealias Header = (name: String, value: String, regex: Regex?)

    /// A route's hosts; empty stands for any.
    ///
    /// A wrong one is left out unless it is the last.
    private mutating func hosts(of description: RouteDescription) throws(PatternError) -> [Host] {
        var hosts: [Host] = []
        for text in description.hosts {
            do throws(PatternError) {
                let pattern = try HostPattern(text)
                if case .regex(let expression) = pattern {
                    hosts.append((pattern, try regex(expression, caseless: true)))
                } else {
                    hosts.append((pattern, nil))
                }
            } catch {
                report(description, error.reason)
            }
        }
        if hosts.isEmpty, !description.hosts.isEmpty { throw PatternError(reason: "has no host that could match") }
        return hosts
    }

    /// A route's paths; empty stands for any.
    ///
    /// A wrong one is left out unless it is the last.
    private mutating func paths(of description: RouteDescription) throws(PatternError) -> [Path] {
        var paths: [Path] = []
        for text in description.paths {
            do throws(PatternError) {
                let pattern = try PathPattern(text)
                if case .regex(let expression) = pattern {
                    paths.append((pattern, try regex(expression)))
                } else {
                    paths.append((pattern, nil))
                }
            } catch {
                report(description, error.reason)
            }
        }
        if paths.isEmpty, !description.paths.isEmpty { throw PatternError(reason: "has no path that could match") }
        return paths
    }

    private mutating func methods(of description: RouteDescription) throws(PatternError) -> [String] {
        var methods: [String] = []
        for method in description.methods {
            if FieldSyntax.isToken(method) {
                methods.append(method)
            } else {
                report(description, "method `\(method)` is none: write it as in `GET`")
            }
        }
        if methods.isEmpty, !description.methods.isEmpty {
            throw PatternError(reason: "has no method that could match")
        }
        return methods
    }

    private mutating func headers(of description: RouteDescription) throws(PatternError) -> [Header] {
        var headers: [Header] = []
        for header in description.headers {
            guard FieldSyntax.isToken(header.name) else {
                throw PatternError(reason: "header name `\(header.name)` is none: write letters, digits and hyphens")
            }
            if header.value.utf8.first == UInt8(ascii: "~") {
                headers.append((header.name, "", try regex(String(header.value.dropFirst()))))
            } else if FieldSyntax.isValue(header.value) {
                headers.append((header.name, header.value, nil))
            } else {
                throw PatternError(
                    reason:
                        "value of header `\(header.name)` can be in no request: leave out control characters and outer spaces"
                )
            }
        }
        return headers
    }

    /// The compiled form of `pattern`: this table's, else the last one's, else a new one.
    private mutating func regex(_ pattern: String, caseless: Bool = false) throws(PatternError) -> Regex {
        let key = RegexKey(pattern: pattern, isCaseless: caseless)
        if let known = compiled.regexes[key] { return known }
        do throws(RegexError) {
            let regex: Regex
            if let old = previous?.regexes[key] { regex = old } else { regex = try Regex(pattern, caseless: caseless) }
            compiled.regexes[key] = regex
            return regex
        } catch {
            throw PatternError(reason: "regex `\(pattern)` is wrong at offset \(error.offset): \(error.message)")
        }
    }

    private mutating func actions(
        of description: RouteDescription, paths: [Path]
    ) throws(PatternError) -> RouteActions {
        var actions = RouteActions()
        if let redirect = description.redirect {
            actions.redirect = try RedirectRule(redirect, paths: paths.compactMap(\.regex))
        }
        var rewriting: Regex?
        if let rewrite = description.rewrite { rewriting = try regex(rewrite.match) }
        actions.path = try PathEdit(
            stripPrefix: description.stripPrefix, rewrite: description.rewrite, regex: rewriting)
        actions.requestEdits = try CompiledEdits(description.requestHeaders, of: .request)
        actions.responseEdits = try CompiledEdits(description.responseHeaders, of: .response)
        actions.permission = PermissionRule(description.forwardAuth, services: services.indices) {
            report(description, $0)
        }
        actions.compression = description.compression.flatMap(CompressionRule.init)
        return actions
    }

    // MARK: Records

    private mutating func record(of description: RouteDescription) -> RouteRecord {
        if let limit = description.requestBodyLimit, limit < 0 {
            report(description, "has a negative body limit, which counts as none of its own: write 0 or more")
        }
        return RouteRecord(
            hasActions: false, timeouts: description.timeouts ?? Timeouts(),
            overridesTimeouts: description.timeouts != nil, retries: description.retries ?? RetryPolicy(),
            overridesRetries: description.retries != nil,
            requestBodyLimit: max(-1, description.requestBodyLimit ?? -1), statisticsSlot: -1)
    }

    /// The route's services by weight.
    ///
    /// Those that nothing serves take no share unless all are such.
    private mutating func appendShares(of description: RouteDescription) {
        var known: [(service: Int32, weight: Int)] = []
        for share in description.services {
            guard share.weight >= 0 else {
                report(
                    description,
                    "gives service \(share.service) the weight \(share.weight), which counts as 0: write 0 or more")
                continue
            }
            guard let service = services.indices[share.service] else {
                report(
                    description,
                    "names service \(share.service), which nothing serves: its requests get 503 until it is there")
                continue
            }
            if share.weight > 0 { known.append((service, min(share.weight, Int(Int32.max)))) }
        }
        if description.services.isEmpty {
            report(description, "leads nowhere, its requests get 503: give it a service or a redirect")
        }
        let served = known.filter {
            let record = services.records[Int($0.service)]
            return record.primary.count + record.backup.count > 0
        }
        let used = served.isEmpty ? known : served
        let total = used.reduce(0) { $0 + $1.weight }
        var sum = 0
        for share in used {
            sum += share.weight
            // Of 2^32 random numbers, those below the sum's part of the total.
            let end = (UInt128(sum) << 32) / UInt128(total)
            guard end > 0 else { continue }
            compiled.shares.append(
                CompiledRoutes.Share(last: UInt32(truncatingIfNeeded: end - 1), service: share.service))
        }
    }

    private mutating func enter(_ route: Int32, hosts: [Host], paths: [Path], methods: [String], headers: [Header]) {
        var conditions = RouteConditions()
        var otherMethods: [String] = []
        for name in methods {
            if let method = Method(knownName: name) {
                conditions.methods |= method.bit
            } else {
                otherMethods.append(name)
            }
        }
        let wanted = headers.map { header in
            let name = index.keep(FieldSyntax.lower(header.name))
            if let regex = header.regex { return HeaderCondition(name: name, regex: index.number(of: regex)) }
            return HeaderCondition(name: name, value: index.keep(header.value.utf8))
        }
        index.append(conditions, methodNames: otherMethods, headers: wanted)
        let anyHost: [Host] = [(.any, nil)]
        for host in hosts.isEmpty ? anyHost : hosts {
            let place = index.host(for: host.pattern, regex: host.regex)
            if paths.isEmpty { index.add(route, at: nil, regex: nil, of: place) }
            for path in paths { index.add(route, at: path.pattern, regex: path.regex, of: place) }
        }
    }
}
