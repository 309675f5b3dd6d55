import Synchronization
import Testing

@testable import Routing

struct RegexTests {
    private func matches(_ regex: Regex, _ subject: String) -> Bool {
        let octets = Array(subject.utf8)
        return unsafe regex.matches(octets.span.bytes)
    }

    @Test func aMatchIsFoundAnywhereUnlessAnchored() throws {
        #expect(matches(try Regex("b"), "abc"))
        #expect(!matches(try Regex("^b"), "abc"))
        #expect(matches(try Regex(""), ""))
        #expect(!matches(try Regex("a"), ""))
        #expect(!matches(try Regex("a$"), "a\n"), "the end is the very end")
    }

    @Test func caseCountsUnlessItIsTurnedOff() throws {
        #expect(!matches(try Regex("^shop"), "SHOP"))
        #expect(matches(try Regex("^shop", caseless: true), "SHOP"))
        #expect(matches(try Regex("(?i)^shop"), "SHOP"))
    }

    @Test func octetsNeedNotBeText() throws {
        let regex = try Regex("^.\\xFF$")
        let octets: [UInt8] = [0, 0xFF]
        let found = unsafe regex.matches(octets.span.bytes)
        #expect(found)
        #expect(throws: RegexError.self) { try Regex("(*UTF)a") }
        #expect(throws: RegexError.self) { try Regex(#"\C"#) }
    }

    @Test func groupsAreFoundByNumberAndName() throws {
        let regex = try Regex("(a)(?<second>b)?(c)")
        let octets = Array("xacy".utf8)
        let groups = unsafe regex.groups(in: octets.span.bytes)
        #expect(groups == [1..<3, 1..<2, nil, 2..<3])
        #expect(regex.groupCount == 3)
        #expect(regex.group(named: "second") == 2)
        #expect(regex.group(named: "third") == nil)
    }

    @Test func aFaultIsToldWithItsPlace() {
        #expect(throws: RegexError(message: "quantifier does not follow a repeatable item", offset: 0)) {
            try Regex("*a")
        }
        #expect(throws: RegexError.self) { try Regex(String(repeating: "a", count: Regex.patternLimit + 1)) }
    }

    @Test(arguments: ["^(a+)+$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*).*(.*).*(.*)[xyz]$"])
    func aPatternThatBacktracksWithoutEndIsBounded(pattern: String) throws {
        let regex = try Regex(pattern)
        let subject = String(repeating: "a", count: 4_000) + "!"
        let time = ContinuousClock().measure {
            for _ in 0..<10 { #expect(!matches(regex, subject)) }
        }
        #expect(regex.limitHits.load(ordering: .relaxed) == 10)
        // Unbounded, one of these would outlast the machine; the bound leaves room for a busy one.
        #expect(time < .seconds(10))
    }

    @Test func whatPassesALimitIsCountedAndMatchesNothing() throws {
        let table = TableDescription(routes: [
            RouteDescription("slow", hosts: ["h"], paths: ["~^/(a+)+$"]), RouteDescription("else", hosts: ["h"]),
        ]).compiled()
        let request = Request("h", "/" + String(repeating: "a", count: 60) + "!")
        #expect(request.match(in: table) == "else")
        #expect(table.regexLimitHits == 1)
        #expect(Request("h", "/aaa").match(in: table) == "slow")
        #expect(table.regexLimitHits == 1)
    }

    @Test(arguments: [
        #"^(/[a-z0-9._-]+)+/?$"#, "^/(?:([^/]+)/)*[^/]*$", #"\.php$"#, "^(.*)/segment/(.*)$", "(segment|other)+",
    ])
    func anHonestPatternMatchesTheLongestPath(pattern: String) throws {
        let regex = try Regex(pattern)
        let path = String(repeating: "/segment/more.php", count: 480)
        #expect(matches(regex, path))
        #expect(regex.limitHits.load(ordering: .relaxed) == 0)
    }

    @Test func threadsShareOneExpression() async throws {
        let regex = try Regex("^/v([0-9]+)/(.*)$")
        let failures = await withTaskGroup(of: Int.self, returning: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var failures = 0
                    for number in 0..<2_000 {
                        let octets = Array("/v\(task)/\(number)".utf8)
                        let groups = unsafe regex.groups(in: octets.span.bytes)
                        if groups?.count != 3 || groups?[2] != 4..<octets.count { failures += 1 }
                    }
                    return failures
                }
            }
            return await group.reduce(0, +)
        }
        #expect(failures == 0)
    }
}
