import HTTP2
import Testing

@Suite struct PairTests {
    @Test func aRequestAndItsAnswerPass() {
        let pair = Pair()
        let stream = pair.client.request(
            "POST /a?b=c HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Length: 5\r\nX-Name: Value\r\n\r\n",
            ends: false)
        #expect(stream >= 0)
        pair.client.append("hello", to: stream)
        pair.client.engine.end(stream)
        pair.settle()
        let seen = pair.server.takeSeen()
        #expect(seen.map(\.kind) == [.request, .data])
        #expect(
            seen[0].text == "POST /a?b=c HTTP/1.1\r\nhost: example.com\r\ncontent-length: 5\r\nx-name: Value\r\n\r\n")
        #expect(seen[1].endsStream)
        #expect(pair.server.bodies[0] == [UInt8]("hello".utf8))
        pair.server.respond(0, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
        pair.server.respond(0, "HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        pair.server.append("body", to: 0)
        pair.server.end(0, trailers: "Grpc-Status: 0\r\n\r\n")
        pair.settle()
        let answer = pair.client.takeSeen()
        #expect(answer.map(\.kind) == [.response, .response, .data, .trailers, .closed])
        #expect(answer[0].text == "HTTP/1.1 103 \r\nlink: </a.css>\r\n\r\n")
        #expect(answer[0].code == 103)
        #expect(answer[1].text == "HTTP/1.1 200 \r\nserver: x\r\n\r\n")
        #expect(answer[3].text == "grpc-status: 0\r\n\r\n")
        #expect(pair.client.bodies[stream] == [UInt8]("body".utf8))
    }
}
