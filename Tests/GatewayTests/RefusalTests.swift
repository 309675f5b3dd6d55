import Gateway
import Routing
import Testing

@testable import Lab

/// What is refused, with which answer, and that nothing of it reaches an endpoint.
@Suite(.apart) struct RefusalTests {
    /// A request, and the status and whether the connection goes on.
    struct Vector: Sendable, CustomTestStringConvertible {
        let request: String
        let status: Int
        var isKept = false
        var testDescription: String { "\(status): \(request.prefix(80).debugDescription)" }
    }

    static let vectors: [Vector] = {
        let post = "POST / HTTP/1.1\r\nHost: \(host)\r\n"
        let get = "GET / HTTP/1.1\r\nHost: \(host)\r\n"
        return [
            // Smuggling.
            Vector(request: post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 400),
            Vector(request: post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", status: 400),
            Vector(request: post + "Content-Length: 5, 5\r\n\r\nhello", status: 400),
            Vector(request: post + "Content-Length: +5\r\n\r\nhello", status: 400),
            Vector(request: post + "Content-Length : 5\r\n\r\nhello", status: 400),
            Vector(request: post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", status: 400),
            Vector(request: post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", status: 400),
            Vector(request: post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", status: 501),
            Vector(request: post + "Transfer-Encoding: chunked\r\n folded\r\n\r\n0\r\n\r\n", status: 400),
            Vector(request: post + "Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n", status: 400),
            Vector(request: post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", status: 400),
            Vector(request: post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n", status: 400),
            Vector(request: post + "Transfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n", status: 400),
            Vector(
                request: "POST / HTTP/1.0\r\nHost: \(host)\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 400),
            Vector(request: get + "A: b\nC: d\r\n\r\n", status: 400),
            Vector(request: get + "A: b\rC: d\r\n\r\n", status: 400),
            Vector(request: get + "A: b\0\r\n\r\n", status: 400),
            Vector(request: get + "Host: \(host)\r\n\r\n", status: 400),
            Vector(request: "GET / HTTP/1.1\r\n\r\n", status: 400),
            Vector(request: "GET http://other.test/ HTTP/1.1\r\nHost: \(host)\r\n\r\n", status: 400),
            Vector(request: "GET /a b HTTP/1.1\r\nHost: \(host)\r\n\r\n", status: 400),
            Vector(request: "GET /%00 HTTP/1.1\r\nHost: \(host)\r\n\r\n", status: 400),
            Vector(request: "GET /../../etc HTTP/1.1\r\nHost: \(host)\r\n\r\n", status: 400),
            Vector(request: "hello\r\n\r\n", status: 400),
            Vector(request: "\u{16}\u{3}\u{1}\0\u{5}\r\n\r\n", status: 400),
            // Limits and what is not served.
            Vector(
                request: "GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: \(host)\r\n\r\n", status: 414),
            Vector(request: get + "A: \(String(repeating: "a", count: 40_000))\r\n\r\n", status: 431),
            Vector(request: get + String(repeating: "A: b\r\n", count: 101) + "\r\n", status: 431),
            Vector(request: get + "Expect: wonders\r\n\r\n", status: 417),
            Vector(request: "GET / HTTP/2.0\r\nHost: \(host)\r\n\r\n", status: 505),
            Vector(request: "CONNECT \(host):80 HTTP/1.1\r\nHost: \(host):80\r\n\r\n", status: 405),
            Vector(request: "TRACE / HTTP/1.1\r\nHost: \(host)\r\n\r\n", status: 405),
            Vector(request: post + "Content-Length: 1001\r\n\r\n", status: 413),
            Vector(
                request: post
                    + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n\(String(repeating: "x", count: 1001))\r\n0\r\n\r\n",
                status: 413),
            // Well-formed, but there is no route: the connection goes on.
            Vector(request: "GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n", status: 404, isKept: true),
            Vector(request: "GET / HTTP/1.1\r\nHost: sub.\(host)\r\n\r\n", status: 404, isKept: true),
            Vector(request: "DELETE / HTTP/1.1\r\nHost: \(host)\r\n\r\n", status: 405, isKept: true),
        ]
    }()

    @Test(arguments: vectors)
    func isRefused(vector: Vector) throws {
        let backend = try TestBackend("b")
        let edge = try Edge(
            .one(
                [backend.address], service: { $0.requestBodyLimit = 1000 },
                route: { $0.methods = ["GET", "POST", "OPTIONS"] }))
        let stream = try edge.client.connect()
        // What lies behind it must not be taken for another request, unless it was well-formed.
        try stream.socket.send(vector.request + (vector.isKept ? "" : get("/smuggled")))
        let answer = try stream.answer(by: .after(.seconds(10)))
        #expect(answer.status == vector.status)
        #expect(answer["Server"] == "portico")
        #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
        #expect(answer["Date"]?.hasSuffix(" GMT") == true)
        #expect(answer.text.hasPrefix("\(vector.status) "))
        #expect(answer.text.hasSuffix(".\n"))
        #expect(answer["Connection"] == (vector.isKept ? nil : "close"))
        #expect((answer["Allow"] != nil) == (vector.status == 405))
        if vector.status == 405, vector.isKept {
            #expect(answer["Allow"]?.split(separator: ", ").sorted() == ["GET", "HEAD", "OPTIONS", "POST"])
        }
        if vector.isKept {
            #expect(try stream.roundTrip(get()).text == "b")
            #expect(backend.requestCount == 1)
        } else {
            #expect(try stream.hasEnded())
            #expect(backend.requestCount == 0)
        }
    }

    @Test func answersOfOurOwnAreJSONForThoseWhoAskForIt() throws {
        let edge = try Edge(.one([]))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(
            "GET / HTTP/1.1\r\nHost: x\r\nAccept: text/plain;q=0.1, application/json\r\n\r\n")
        #expect(answer["Content-Type"] == "application/json")
        #expect(
            answer.text
                == "{\"status\":404,\"error\":\"no-route\",\"message\":\"No route leads here: this edge does not know the host and path.\"}\n"
        )
        let none = try stream.roundTrip(get("/", "Accept: application/json"))
        #expect(none.status == 503)
        #expect(none["Retry-After"] == "1")
        #expect(none.text.hasPrefix("{\"status\":503,\"error\":\"no-endpoint\","))
        let head = try stream.roundTrip("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", method: "HEAD")
        #expect(head.status == 404)
        #expect(try stream.roundTrip(get()).status == 503)
    }

    @Test func anHTTP10ClientsConnectionIsClosedAfterAnAnswerOfOurOwn() throws {
        let edge = try Edge(.one([]))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(answer.status == 404)
        #expect(answer["Connection"] == "close")
        #expect(try stream.hasEnded())
    }

    @Test func goodRequestsBeforeABadOneAreAnswered() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(get("/1") + get("/2") + "BAD\r\n\r\n" + get("/3"))
        #expect(try stream.answer(by: .after(.seconds(10))).text == "/1")
        #expect(try stream.answer(by: .after(.seconds(10))).text == "/2")
        #expect(try stream.answer(by: .after(.seconds(10))).status == 400)
        #expect(try stream.hasEnded())
        #expect(backend.requestCount == 2)
    }

    @Test func connectionsBeyondTheLimitAreClosed() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { $0.limits.connections = 2 }
        let first = try edge.client.connect()
        #expect(try first.roundTrip(get()).status == 200)
        let second = try edge.client.connect()
        #expect(try second.roundTrip(get()).status == 200)
        let third = try edge.client.connect()
        try? third.socket.send(get())
        #expect(try third.rest().isEmpty)
        first.socket.close()
        try edge.statistics { $0.connections == 1 }
        #expect(try edge.client.exchange(get()).status == 200)
    }

    @Test func aConnectionServesSoManyRequests() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { $0.limits.requestsPerConnection = 3 }
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get())["Connection"] == nil)
        #expect(try stream.roundTrip(get())["Connection"] == nil)
        #expect(try stream.roundTrip(get())["Connection"] == "close")
        #expect(try stream.hasEnded())
        #expect(backend.acceptedConnections == 1)
    }
}
