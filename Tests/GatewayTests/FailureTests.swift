import Gateway
import Routing
import Testing

@testable import Lab

/// What endpoints do wrong, and what of it clients notice.
@Suite(.apart) struct FailureTests {
    @Test func aRefusingEndpointIsPassedOverUnseenAndLeftOut() throws {
        let dead = try TestBackend("dead")
        dead.stop()
        let alive = try TestBackend("alive")
        let edge = try Edge(.one([dead.address, alive.address]))
        let stream = try edge.client.connect()
        for _ in 0..<20 { #expect(try stream.roundTrip(get()).text == "alive") }
        for _ in 0..<3 { #expect(try stream.roundTrip(post("x")).text == "alive") }
        // Tried once, then out of the rotation.
        let counters = try edge.statistics { $0.endpoints["web-80/\(alive.address)"]?.answers[1] == 23 }
        #expect(counters.endpoints["web-80/\(dead.address)"]?.requests == 1)
        #expect(counters.endpoints["web-80/\(dead.address)"]?.failures == 1)
        #expect(counters.endpoints["web-80/\(dead.address)"]?.retries == 1)
        #expect(alive.requestCount == 23)
    }

    @Test func whereAllEndpointsRefuseTheAnswerIs502() throws {
        let dead = try [TestBackend("1"), TestBackend("2")]
        dead.forEach { $0.stop() }
        let edge = try Edge(.one(dead.map(\.address)))
        let stream = try edge.client.connect()
        for _ in 0..<3 {
            let answer = try stream.roundTrip(get())
            #expect(answer.status == 502)
            #expect(answer.text == "502 The endpoint could not be reached.\n")
        }
    }

    @Test func anEndpointThatComesBackIsUsedAgain() throws {
        let backend = try TestBackend("b")
        backend.stop()
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get()).status == 502)
        try backend.start()
        // The only endpoint is tried although it is out: better than none.
        #expect(try stream.roundTrip(get()).text == "b")
    }

    @Test(arguments: ["GET", "POST"])
    func aConnectionThatWasClosedWhileIdleIsReplacedUnseen(method: String) throws {
        let backend = try TestBackend(
            "b",
            .custom { name, request, stream in
                _ = try Behavior.identity.answer(name, request, stream)
                return false
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        for round in 1...5 {
            let request = method == "GET" ? get() : post("body")
            #expect(try stream.roundTrip(request).text == "b")
            #expect(backend.requestCount == round)
            try backend.waitForConnections { $0 == 0 }
        }
        #expect(backend.acceptedConnections == 5)
    }

    @Test func aGETOnAConnectionThatClosesAsItArrivesIsSentAgain() throws {
        // The second request on each connection is met by its end.
        let backend = try TestBackend("b", .first(1, .identity, then: .first(1, .closeAfterRequest, then: .identity)))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get()).text == "b")
        #expect(try stream.roundTrip(get()).text == "b")
        #expect(backend.requestCount == 3)
        #expect(backend.acceptedConnections == 2)
    }

    @Test func aPOSTOnAConnectionThatClosesAsItArrivesIsNotSentAgain() throws {
        let backend = try TestBackend("b", .first(1, .identity, then: .first(1, .closeAfterRequest, then: .identity)))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get()).text == "b")
        #expect(try stream.roundTrip(post("x")).status == 502)
        #expect(backend.requestCount == 2)
        #expect(try stream.roundTrip(post("x")).text == "b")
    }

    @Test func aGETThatIsCutOffIsTriedOnceElsewhere() throws {
        let bad = try TestBackend("bad", .closeAfterRequest)
        let good = try TestBackend("good")
        let edge = try Edge(.one([bad.address, good.address]))
        let stream = try edge.client.connect()
        for _ in 0..<4 { #expect(try stream.roundTrip(get()).text == "good") }
        // The body was kept for the second try.
        for _ in 0..<2 { #expect(try stream.roundTrip(post("x", method: "PUT")).text == "good") }
        #expect(bad.requestCount <= 6, "once a request")
        #expect(good.requestCount == 6)
        #expect(good.requests.suffix(2).allSatisfy { $0.body == [120] })
    }

    @Test func aPOSTThatIsCutOffIsNotTriedAgain() throws {
        let bad = try TestBackend("bad", .closeAfterRequest)
        let other = try TestBackend("other", .closeAfterRequest)
        let edge = try Edge(.one([bad.address, other.address]))
        let answer = try edge.client.exchange(post("x"))
        #expect(answer.status == 502)
        #expect(answer.text == "502 The endpoint ended the connection without an answer.\n")
        #expect(bad.requestCount + other.requestCount == 1)
    }

    @Test func retriesEnd() throws {
        let backends = try (0..<4).map { try TestBackend("\($0)", .closeAfterRequest) }
        let edge = try Edge(.one(backends.map(\.address)))
        #expect(try edge.client.exchange(get()).status == 502)
        #expect(backends.map(\.requestCount).reduce(0, +) == 3)
        let never = try Edge(.one(backends.map(\.address), service: { $0.retries.attempts = 0 }))
        #expect(try never.client.exchange(get()).status == 502)
        #expect(backends.map(\.requestCount).reduce(0, +) == 4)
    }

    @Test func anEndpointThatClosesAsItAcceptsIsReplaced() throws {
        let bad = try TestBackend("bad", .acceptThenClose)
        let good = try TestBackend("good")
        let edge = try Edge(.one([bad.address, good.address]))
        let stream = try edge.client.connect()
        for _ in 0..<6 { #expect(try stream.roundTrip(get()).text == "good") }
        bad.behave(.acceptThenReset)
        for _ in 0..<6 { #expect(try stream.roundTrip(get()).text == "good") }
    }

    @Test func aTruncatedBodyIsNeverPassedOffAsWhole() throws {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\nX-T: 1\r\n",
        ] {
            let backend = try TestBackend("b", .raw(text, keepsAlive: false))
            let edge = try Edge(.one([backend.address]))
            let stream = try edge.client.connect()
            #expect(throws: LabError.self, "\(text)") { try stream.roundTrip(get()) }
            #expect(backend.requestCount == 1)
        }
    }

    @Test func anAnswerUntilCloseThatEndsInAResetIsNotWhole() throws {
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\n\r\nhalf of")
                // The octets arrive before the reset that destroys what is unread.
                Deadline.after(.milliseconds(100)).pass()
                stream.socket.reset()
                return false
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(throws: LabError.self) { try stream.roundTrip(get()) }
    }

    @Test(arguments: [
        "\u{1}\u{2}SSH-2.0-lab\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
        "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
    ])
    func aMalformedAnswerBecomes502(text: String) throws {
        let backend = try TestBackend("b", .raw(text, keepsAlive: false))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        let answer = try stream.roundTrip(get())
        #expect(answer.status == 502)
        #expect(answer.text == "502 The endpoint's answer is malformed.\n")
        #expect(answer["Connection"] == nil)
        backend.behave(.identity)
        #expect(try stream.roundTrip(get()).text == "b")
    }

    @Test func anEndlessHeadOfAnAnswerBecomes502() throws {
        let backend = try TestBackend(
            "b",
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\n")
                while true { try stream.socket.send("X-A: \(String(repeating: "a", count: 1000))\r\n") }
            })
        let edge = try Edge(.one([backend.address]))
        #expect(try edge.client.exchange(get()).status == 502)
    }

    @Test func aConnectionWithExcessOctetsServesNoOther() throws {
        let backend = try TestBackend(
            "b",
            .first(1, .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\n\r\n"), then: .identity))
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get()).text == "hi")
        #expect(try stream.roundTrip(get()).text == "b")
        #expect(backend.acceptedConnections == 2)
    }

    @Test func whereEveryOneOfManyEndpointsIsBusyTheAnswerIs503() throws {
        let gate = Gate()
        let backends = try (0..<8).map { try TestBackend("\($0)", .identity(after: gate)) }
        let edge = try Edge(
            .one(
                backends.map(\.address),
                service: {
                    $0.connectionsPerEndpoint = 1
                    $0.circuit.queue = 0
                }))
        let streams = try backends.map { _ in try edge.client.connect() }
        for stream in streams { try stream.socket.send(get()) }
        for backend in backends { try backend.waitForRequests(1) }
        let busy = try edge.client.exchange(get())
        #expect(busy.status == 503)
        #expect(busy.text == "503 All endpoints of the service have as many connections as they may.\n")
        gate.open()
        for stream in streams { #expect(try stream.answer(by: .after(.seconds(10))).status == 200) }
    }

    @Test(arguments: [429, 500, 502, 503, 504])
    func anAnswerThatThePolicyNamesIsTriedElsewhere(status: Int) throws {
        let bad = try TestBackend("bad", .status(status))
        let good = try TestBackend("good")
        let edge = try Edge(
            .one(
                [bad.address, good.address],
                service: { if status < 502 { $0.retries.causes = [.status429, .status500] } }))
        let stream = try edge.client.connect()
        for _ in 0..<4 { #expect(try stream.roundTrip(get()).text == "good") }
        #expect(bad.requestCount > 0)
        // What may not be repeated is not, and the last endpoint's word is the client's.
        let posts = try (0..<2).map { _ in try stream.roundTrip(post("x")).status }
        #expect(posts.sorted() == [200, status])
        good.behave(.status(status))
        let answer = try stream.roundTrip(get())
        #expect(answer.status == status)
        #expect(answer["Server"] == nil)
    }

    @Test func anAnswerThatThePolicyDoesNotNameIsTheClients() throws {
        let bad = try TestBackend("bad", .status(503))
        let good = try TestBackend("good")
        let edge = try Edge(
            .one([bad.address, good.address], service: { $0.retries.causes = [.refused, .status502] }))
        let stream = try edge.client.connect()
        let statuses = try (0..<4).map { _ in try stream.roundTrip(get()).status }
        #expect(statuses.sorted() == [200, 200, 503, 503])
    }

    @Test func anEndpointTakesNoMoreRequestsThanItMay() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try Edge(
            .one(
                [backend.address],
                service: {
                    $0.connectionsPerEndpoint = 1
                    $0.circuit.queue = 0
                }))
        let first = try edge.client.connect()
        try first.socket.send(get())
        try backend.waitForRequests(1)
        let busy = try edge.client.exchange(get())
        #expect(busy.status == 503)
        #expect(busy["Retry-After"] == "1")
        gate.open()
        #expect(try first.answer(by: .after(.seconds(10))).text == "b")
        #expect(try first.roundTrip(get()).text == "b")
    }
}
