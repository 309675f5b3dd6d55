import Testing
import Wire

@Suite struct RequestTests {
    @Test func readsAnOrdinaryRequest() {
        let bytes = octets(
            "GET /a/b.html?x=1&y=?2 HTTP/1.1\r\nHost: Shop.example.com:8080\r\n"
                + "User-Agent: x \t y \t\r\nX-Empty:\r\n\r\nrest")
        let (outcome, request) = Parsing().request(bytes)
        #expect(outcome == .complete)
        #expect(request.head.method == .get)
        #expect(request.method == "GET")
        #expect(request.target == "/a/b.html?x=1&y=?2")
        #expect(request.path == "/a/b.html")
        #expect(request.query == "x=1&y=?2")
        #expect(request.head.hasQuery)
        #expect(request.authority == "Shop.example.com:8080")
        #expect(request.host == "Shop.example.com")
        #expect(request.head.minorVersion == 1)
        #expect(request.head.framing == .none)
        #expect(request.head.keepAlive)
        #expect(request.head.headCount == bytes.count - 4)
        #expect(
            request.fields == [
                ParsedField(name: "Host", value: "Shop.example.com:8080", known: .host, isHopByHop: false),
                ParsedField(name: "User-Agent", value: "x \t y", known: .userAgent, isHopByHop: false),
                ParsedField(name: "X-Empty", value: "", known: .other, isHopByHop: false),
            ])
    }
}
