import Testing
import Wire

/// However the bytes arrive, the outcome is the same: every prefix of a head is parsed, from one octet on.
@Suite struct SplitTests {
    static let requests = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nPOST /a/b?c=d HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 3\r\nConnection: x, close\r\nX: \u{E9}\t\r\n\r\n",
        "GET https://a.example:443/x?y HTTP/1.1\r\nhost: A.example\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n",
        "OPTIONS * HTTP/1.0\r\n\r\n",
    ]

    @Test(arguments: requests)
    func aRequestIsIncompleteUntilItsLastOctet(_ head: String) {
        let bytes = octets(head)
        for count in bytes.indices { #expect(Parsing().request(Array(bytes[..<count])).outcome == .incomplete) }
        let (outcome, request) = Parsing().request(bytes)
        #expect(outcome == .complete)
        #expect(request.head.headCount == bytes.count)
        // What follows is none of its business.
        #expect(Parsing().request(bytes + octets("\u{0}\n\r x")).request.meaning == request.meaning)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nServer: a/b\r\n\r\n", "HTTP/1.0 500\r\n\r\n",
        "HTTP/1.1 204 \r\nX:\r\n\r\n",
    ])
    func aResponseIsIncompleteUntilItsLastOctet(_ head: String) {
        let bytes = octets(head)
        for count in bytes.indices { #expect(Parsing().response(Array(bytes[..<count])).outcome == .incomplete) }
        let (outcome, response) = Parsing().response(bytes + octets("\u{0}"))
        #expect(outcome == .complete)
        #expect(response.head.headCount == bytes.count)
    }

    @Test(arguments: ["\r\n", "X: y\r\n\r\n", "grpc-status: 0\r\ngrpc-message: a b\r\n\r\n"])
    func aTrailerSectionIsIncompleteUntilItsLastOctet(_ section: String) {
        let bytes = octets(section)
        for count in bytes.indices { #expect(Parsing().trailers(Array(bytes[..<count])).outcome == .incomplete) }
        let (outcome, _, consumed) = Parsing().trailers(bytes + octets("HTTP/1.1"))
        #expect(outcome == .complete)
        #expect(consumed == bytes.count)
    }

    /// Octet by octet through every position: what a prefix is refused for, all that follows is refused for.
    @Test(arguments: requests)
    func aRefusalStandsWhateverFollows(_ head: String) {
        let bytes = octets(head)
        for octet in [0x00, 0x09, 0x0A, 0x0D, 0x20, 0x23, 0x2C, 0x3A, 0x41, 0x7F, 0xFF] as [UInt8] {
            for position in bytes.indices {
                var changed = bytes
                changed[position] = octet
                let whole = Parsing().request(changed).outcome
                for count in position...bytes.count {
                    let early = Parsing().request(Array(changed[..<count])).outcome
                    #expect(early == .incomplete || early == whole)
                }
            }
        }
    }
}
