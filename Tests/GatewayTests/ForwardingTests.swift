import Gateway
import Routing
import Testing

@testable import Lab

/// The plain case, and what HTTP/1.1 lets clients do with it.
@Suite(.apart) struct ForwardingTests {
    @Test func aHundredRequestsUseOneConnectionOnEachSide() throws {
        let backend = try TestBackend("one")
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        for _ in 0..<100 {
            let answer = try stream.roundTrip(get())
            #expect(answer.status == 200)
            #expect(answer.text == "one")
            #expect(answer["Connection"] == nil)
        }
        #expect(backend.requestCount == 100)
        #expect(backend.acceptedConnections == 1)
    }

    @Test func anAnswerIsForwardedByteForByte() throws {
        let backend = try TestBackend(
            "b",
            .raw(
                "HTTP/1.1 299 So So\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nx-CASE: a  b\r\nContent-Length: 2\r\n\r\nhi"
            ))
        let edge = try Edge(.one([backend.address]))
        let octets = try edge.client.exchangeToEnd(Array(get("/", "Connection: close").utf8))
        #expect(
            String(decoding: octets, as: UTF8.self)
                == "HTTP/1.1 299 So So\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nx-CASE: a  b\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
        )
    }

    @Test func anAnswerWithoutADateGetsOne() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let dates = try stream.roundTrip(get()).head.values("Date")
        #expect(dates.count == 1)
        #expect(dates.first?.count == 29 && dates.first?.hasSuffix(" GMT") == true)
        backend.behave(.raw("HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n"))
        #expect(try stream.roundTrip(get()).head.values("Date") == ["Sun, 06 Nov 1994 08:49:37 GMT"])
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send((0..<1000).map { get("/\($0)") }.joined())
        for number in 0..<1000 {
            #expect(try stream.answer(by: .after(.seconds(20))).text == "/\(number)")
        }
        #expect(backend.acceptedConnections == 1)
    }

    @Test func pipelinedRequestsWithOwnAnswersAreAllAnsweredToASlowReader() throws {
        let edge = try Edge(.one([]))
        let stream = try edge.client.connect(receiveBuffer: 4096)
        let count = 9_000
        let request = "GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n"
        let requests = Array(String(repeating: request, count: count).utf8)
        let socket = stream.socket
        let sender = Background { try socket.send(requests, by: .after(.seconds(60))) }
        for _ in 0..<count {
            #expect(try stream.answer(by: .after(.seconds(60))).status == 404)
        }
        try sender.result()
    }

    @Test func aRequestMayComeOctetByOctet() throws {
        let backend = try TestBackend("b", .echo)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let chunked =
            "POST / HTTP/1.1\r\nHost: \(host)\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n"
        for octet in Array((post("hello") + chunked).utf8) { try stream.socket.send([octet]) }
        #expect(try stream.answer(by: .after(.seconds(20))).text == "hello")
        #expect(try stream.answer(by: .after(.seconds(20))).text == "abcde")
        #expect(backend.requests.last?.trailers?["X-T"] == "1")
    }

    @Test func answersWithoutABodyKeepTheConnection() throws {
        let backend = try TestBackend("b", .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let head = try stream.roundTrip("HEAD / HTTP/1.1\r\nHost: \(host)\r\n\r\n", method: "HEAD")
        #expect(head["Content-Length"] == "1000")
        backend.behave(.raw("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n"))
        let noContent = try stream.roundTrip(get())
        #expect(noContent.status == 204)
        #expect(noContent["Content-Length"] == nil)
        backend.behave(.raw("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 9\r\n\r\n"))
        let notModified = try stream.roundTrip(get())
        #expect(notModified.status == 304)
        #expect(notModified["ETag"] == "\"x\"")
        backend.behave(.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
        #expect(try stream.roundTrip("HEAD / HTTP/1.1\r\nHost: \(host)\r\n\r\n", method: "HEAD").status == 200)
        backend.behave(.identity)
        #expect(try stream.roundTrip(get()).text == "b")
        #expect(backend.acceptedConnections == 1)
    }

    @Test func anHTTP10ClientGetsItsConnectionClosed() throws {
        let backend = try TestBackend("b", .chunkedWithTrailers)
        let edge = try Edge(.one([backend.address]))
        let octets = try edge.client.exchangeToEnd(Array("GET / HTTP/1.0\r\nHost: \(host)\r\n\r\n".utf8))
        #expect(
            undated(octets) == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nHello, world")
    }

    @Test func anHTTP10ClientMayKeepItsConnection() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let request = "GET / HTTP/1.0\r\nHost: \(host)\r\nConnection: keep-alive\r\n\r\n"
        for _ in 0..<3 { #expect(try stream.roundTrip(request)["Connection"] == "keep-alive") }
        backend.behave(.chunkedWithTrailers)
        let last = try stream.roundTrip(request)
        #expect(last["Connection"] == "close")
        #expect(last.text == "Hello, world")
        #expect(try stream.hasEnded())
    }

    @Test func anHTTP10ClientGetsNoInterimAnswer() throws {
        let backend = try TestBackend("b", .earlyHints)
        let edge = try Edge(.one([backend.address]))
        let answer = try edge.client.exchange("GET / HTTP/1.0\r\nHost: \(host)\r\n\r\n")
        #expect(answer.interim.isEmpty)
        #expect(answer.text == "b")
    }

    @Test func anHTTP10EndpointsAnswerEndsWithItsConnection() throws {
        let backend = try TestBackend("b", .http10)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        for _ in 0..<3 {
            let answer = try stream.roundTrip(get())
            #expect(answer.text == "old")
            #expect(answer["Transfer-Encoding"] == "chunked")
        }
        #expect(backend.acceptedConnections == 3)
    }

    @Test func aHalfClosedClientGetsItsAnswer() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(get())
        stream.socket.finishSending()
        try backend.waitForRequests(1)
        gate.open()
        #expect(try stream.answer(by: .after(.seconds(10))).text == "b")
        #expect(try stream.hasEnded())
    }

    @Test(arguments: [
        ("/a/../b/%7euser//c?q=%2e", "/b/~user//c?q=%2e"), ("http://web.test/x?y", "/x?y"), ("http://web.test", "/"),
        ("/a/%2e%2e/x", "/x"), ("/a%2fb", "/a%2Fb"), ("*", "*"),
    ])
    func theTargetIsForwardedInNormalForm(sent: String, forwarded: String) throws {
        let backend = try TestBackend("b", .target)
        let edge = try Edge(.one([backend.address]))
        let method = sent == "*" ? "OPTIONS" : "GET"
        let answer = try edge.client.exchange("\(method) \(sent) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(answer.text == forwarded)
    }

    @Test func anEndpointOverIPv6IsReachedThroughAListenerOverIPv6() throws {
        let backend = try TestBackend("b", .mirror)
        let inner = try Edge(.one([backend.address])) { $0.listeners = [ipv6Listener()] }
        let outer = try Edge(.one(["[::1]:\(inner.port())"]))
        let answer = try outer.client.exchange(get())
        #expect(answer.status == 200)
        #expect(answer.text.contains("\r\nX-Real-IP: ::1\r\n"))
    }

    @Test func aDualListenerSeesIPv4ClientsAsSuch() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address])) {
            $0.listeners = [ipv6Listener("[::]:0")]
        }
        #expect(try edge.client.exchange(get()).text.contains("\r\nX-Real-IP: 127.0.0.1\r\n"))
    }

    private func ipv6Listener(_ address: String = "[::1]:0") -> ListenerConfiguration {
        var listener = ListenerConfiguration(
            address: .ip(EndpointAddress(high: 0, low: 0, port: 0, isIPv6: true)), name: "six")
        if let parsed = EndpointAddress(address, allowingPortZero: true) { listener.address = .ip(parsed) }
        return listener
    }

    @Test func aUnixSocketIsServed() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/edge.sock"
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]), workers: 2) {
            $0.listeners = [ListenerConfiguration(address: .unix(path), name: "unix")]
        }
        let stream = try MessageStream(Socket.connect(unix: path))
        for _ in 0..<3 {
            #expect(try stream.roundTrip(get("/", "X-Forwarded-For: 192.0.2.7")).status == 200)
        }
        #expect(edge.gateway.listenAddresses == [.unix(path)])
    }
}
