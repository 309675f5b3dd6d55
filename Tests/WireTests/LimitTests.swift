import Testing
import Wire

@Suite struct LimitTests {
    @Test func aHeadMayFillItsLimitAndNoMore() {
        let rest = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"
        let limit = 200
        let parsing = Parsing(parser: HeadParser(limits: HeadLimits(headBytes: limit)))
        let fitting = rest.replacing("X: ", with: "X: " + String(repeating: "x", count: limit - rest.utf8.count))
        #expect(fitting.utf8.count == limit)
        #expect(parsing.request(octets(fitting)).outcome == .complete)
        #expect(parsing.request(octets(fitting + "more")).outcome == .complete)
        let longer = fitting.replacing("X: ", with: "X: x")
        #expect(parsing.request(octets(longer)).outcome == .rejected(.headTooLarge))
        // It is known as soon as the limit is reached, not when the head ends.
        #expect(parsing.request(Array(octets(longer).prefix(limit))).outcome == .rejected(.headTooLarge))
        #expect(parsing.request(Array(octets(longer).prefix(limit - 1))).outcome == .incomplete)
    }

    @Test func responsesAndTrailersHaveTheLimitToo() {
        let parsing = Parsing(parser: HeadParser(limits: HeadLimits(headBytes: 64)))
        let fields = "X: " + String(repeating: "x", count: 64) + "\r\n\r\n"
        #expect(parsing.response(octets("HTTP/1.1 200 OK\r\n" + fields)).outcome == .rejected(.headTooLarge))
        #expect(parsing.trailers(octets(fields)).outcome == .rejected(.headTooLarge))
    }

    @Test(arguments: ["/", "http://a/", "/?"])
    func aTargetMayFillItsLimitAndNoMore(_ start: String) {
        let parsing = Parsing(parser: HeadParser(limits: HeadLimits(targetBytes: 100)))
        let target = start + String(repeating: "x", count: 100 - start.utf8.count)
        #expect(parsing.request(octets("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")).outcome == .complete)
        let longer = octets("GET \(target)x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(parsing.request(longer).outcome == .rejected(.targetTooLong))
        #expect(parsing.request(Array(longer.prefix(4 + 101))).outcome == .rejected(.targetTooLong))
        #expect(parsing.request(Array(longer.prefix(4 + 100))).outcome == .incomplete)
    }

    @Test func aNameMayFillItsLimitAndNoMore() {
        let parsing = Parsing(parser: HeadParser(limits: HeadLimits(nameBytes: 20)))
        let name = String(repeating: "n", count: 20)
        #expect(parsing.request(octets("GET / HTTP/1.1\r\nHost: a\r\n\(name):\r\n\r\n")).outcome == .complete)
        let longer = octets("GET / HTTP/1.1\r\nHost: a\r\n\(name)n:\r\n\r\n")
        #expect(parsing.request(longer).outcome == .rejected(.headTooLarge))
    }

    @Test func aHeadMayHaveAsManyFieldsAsTheTable() {
        let parsing = Parsing(capacity: 3)
        let head = "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n"
        #expect(parsing.request(octets(head + "\r\n")).outcome == .complete)
        #expect(parsing.request(octets(head + "C: 3\r\n\r\n")).outcome == .rejected(.tooManyFields))
        #expect(parsing.trailers(octets("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n")).outcome == .rejected(.tooManyFields))
    }

    @Test func rejectionsHaveTheirStatus() {
        let others: [HeadRejection: UInt16] = [
            .targetTooLong: 414, .tooManyFields: 431, .headTooLarge: 431, .unknownTransferEncoding: 501,
            .unsupportedVersion: 505, .connectRefused: 405, .traceRefused: 405, .unknownExpectation: 417,
        ]
        for rejection in HeadRejection.allCases { #expect(rejection.status == others[rejection] ?? 400) }
    }
}
