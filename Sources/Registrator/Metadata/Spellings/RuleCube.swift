/// Conditions that all hold at once, of which each has alternatives: what one route can say.
struct RuleCube: Equatable {
    /// One of these hosts; nil for any.
    var hosts: [String]?
    /// One of these paths; nil for any.
    var paths: [String]?
    /// One of these methods; nil for any.
    var methods: [String]?
    /// All of these fields.
    var headers: [SpelledField] = []

    /// Both, or nil if no request is both.
    ///
    /// - Throws: what no route can say.
    func and(_ other: RuleCube) throws(RuleError) -> RuleCube? {
        var cube = RuleCube()
        cube.hosts = try Self.both(hosts, other.hosts, Self.bothHosts)
        cube.paths = try Self.both(paths, other.paths, Self.bothPaths)
        cube.methods = try Self.both(methods, other.methods) { one, two throws(RuleError) in one == two ? one : nil }
        cube.headers = headers + other.headers.filter { !headers.contains($0) }
        return [cube.hosts, cube.paths, cube.methods].contains([]) ? nil : cube
    }

    /// What either matches, if one route can say it: all but one of their conditions are the same.
    func or(_ other: RuleCube) -> RuleCube? {
        guard headers == other.headers else { return nil }
        var cube = self
        switch (hosts == other.hosts, paths == other.paths, methods == other.methods) {
        case (_, true, true): cube.hosts = Self.either(hosts, other.hosts)
        case (true, _, true): cube.paths = Self.either(paths, other.paths)
        case (true, true, _): cube.methods = Self.either(methods, other.methods)
        default: return nil
        }
        return cube
    }

    private static func either(_ one: [String]?, _ two: [String]?) -> [String]? {
        guard let one, let two else { return nil }
        return one + two.filter { !one.contains($0) }
    }

    private static func both(
        _ one: [String]?, _ two: [String]?, _ meet: (String, String) throws(RuleError) -> String?
    ) throws(RuleError) -> [String]? {
        guard let one else { return two }
        guard let two else { return one }
        var common: [String] = []
        for first in one {
            for second in two {
                guard let item = try meet(first, second), !common.contains(item) else { continue }
                common.append(item)
            }
        }
        return common
    }

    private static func bothHosts(_ one: String, _ two: String) throws(RuleError) -> String? {
        if one == two || two == "*" { return one }
        if one == "*" { return two }
        guard !one.hasPrefix("~"), !two.hasPrefix("~") else {
            throw RuleError(reason: "no route says that a host matches two patterns, `\(one)` and `\(two)`")
        }
        if isWithin(two, one) { return two }
        return isWithin(one, two) ? one : nil
    }

    private static func isWithin(_ host: String, _ wildcard: String) -> Bool {
        wildcard.hasPrefix("*.") && host.hasSuffix(wildcard.dropFirst())
    }

    private static func bothPaths(_ one: String, _ two: String) throws(RuleError) -> String? {
        if one == two { return one }
        guard !one.hasPrefix("~"), !two.hasPrefix("~") else {
            throw RuleError(reason: "no route says that a path matches two patterns, `\(one)` and `\(two)`")
        }
        let (first, second) = (one.hasPrefix("="), two.hasPrefix("="))
        switch (first, second) {
        case (true, true): return nil
        case (true, false): return RuleText.covers(two, String(one.dropFirst())) ? one : nil
        case (false, true): return RuleText.covers(one, String(two.dropFirst())) ? two : nil
        case (false, false):
            if RuleText.covers(one, two) { return two }
            return RuleText.covers(two, one) ? one : nil
        }
    }
}

/// A rule as routes: each of them, or none of what it says that no route can.
struct RuleReading {
    /// The most routes that a rule may come to.
    static let maximumCubes = 64

    /// What matches.
    private(set) var cubes: [RuleCube] = []
    /// Parts of the rule that no route can say, so that nothing is served by them.
    private(set) var problems: [String] = []

    /// Reads `rule`.
    init(_ rule: String) throws(RuleError) {
        let node = try RuleParser.parse(rule)
        cubes = try read(node, isNegated: false)
    }

    private mutating func read(_ node: RuleNode, isNegated: Bool) throws(RuleError) -> [RuleCube] {
        switch node {
        case .not(let inner): return try read(inner, isNegated: !isNegated)
        case .and(let one, let two):
            let (first, second) = (try read(one, isNegated: isNegated), try read(two, isNegated: isNegated))
            return isNegated ? try Self.alternatives(first + second) : try combine(first, second)
        case .or(let one, let two):
            let (first, second) = (try read(one, isNegated: isNegated), try read(two, isNegated: isNegated))
            return isNegated ? try combine(first, second) : try Self.alternatives(first + second)
        case .matcher(let name, let arguments):
            do {
                let cubes = try RuleMatcher.cubes(name, arguments)
                guard isNegated else { return try Self.alternatives(cubes) }
                let list = arguments.map { "`\($0)`" }.joined(separator: ", ")
                note("no route says !\(name)(\(list)): say what matches instead")
            } catch {
                guard error.isUnsayable else { throw error }
                note(error.reason)
            }
            return []
        }
    }

    private mutating func note(_ reason: String) {
        if problems.count < 8, !problems.contains(reason) { problems.append(reason) }
    }

    private mutating func combine(_ first: [RuleCube], _ second: [RuleCube]) throws(RuleError) -> [RuleCube] {
        var cubes: [RuleCube] = []
        for one in first {
            for two in second {
                do {
                    guard let cube = try one.and(two) else { continue }
                    cubes.append(cube)
                } catch {
                    note(error.reason)
                }
            }
            cubes = try Self.alternatives(cubes)
        }
        return cubes
    }

    /// `cubes` with those in one that one route can say.
    private static func alternatives(_ cubes: [RuleCube]) throws(RuleError) -> [RuleCube] {
        var merged: [RuleCube] = []
        for cube in cubes {
            var cube = cube
            // One that grew may now go with another, until none does.
            while let place = merged.firstIndex(where: { $0.or(cube) != nil }), let sum = merged[place].or(cube) {
                merged.remove(at: place)
                cube = sum
            }
            merged.append(cube)
            guard merged.count <= maximumCubes else {
                throw RuleError(reason: "the rule comes to more than \(maximumCubes) routes: write fewer alternatives")
            }
        }
        return merged
    }
}
