import Lab
import Routing
import Testing

@testable import Gateway

/// What two edges say to each other.
@Suite struct HandoverMessageTests {
    private static let address = ListenAddress.ip(EndpointAddress(high: 0, low: 0, port: 443, isIPv6: true))

    static let messages: [HandoverMessage] = [
        .hello(process: 1234), .sockets(address: address, isKept: false),
        .sockets(address: .unix("/run/portico edge.sock"), isKept: true),
        .whole(store: "embedded:./portico-data", api: "127.0.0.1:8500"),
        .whole(store: "", api: ""), .ready(taken: []), .ready(taken: [address, .unix("x")]), .released,
        .refused(reason: "no table: the store does not answer"),
    ]

    @Test(arguments: messages)
    func aMessageComesBackAsItWas(_ message: HandoverMessage) throws {
        #expect(try HandoverMessage(decoding: message.encoded) == message)
    }

    @Test func lineBreaksOfAReasonAreNoLines() throws {
        let message = HandoverMessage.refused(reason: "one\ntwo\r\nthree\0four")
        #expect(try HandoverMessage(decoding: message.encoded) == .refused(reason: "one two three four"))
    }

    @Test(arguments: [
        ("portico-handover 2 hello\nprocess 1", "version"), ("portico-handover 1 hello", "process"),
        ("portico-handover 1 hello\nprocess 0", "number"), ("portico-handover 1 sockets\naddress :80", "address"),
        ("portico-handover 1 dance", "dance"), ("GET / HTTP/1.1\r\n\r\n", "handover"), ("", "handover"),
    ])
    func whatIsNoMessageIsRefusedWithItsReason(_ text: String, _ word: String) throws {
        let error = try #require(throws: HandoverMessage.Malformed.self) {
            try HandoverMessage(decoding: Array(text.utf8))
        }
        #expect(error.description.contains(word), "\(error.description)")
    }

    @Test func noOctetsTripIt() {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<20_000 {
            var octets = Self.messages.randomElement(using: &generator)?.encoded ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0...octets.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0 where place < octets.count: octets.remove(at: place)
                case 1 where place < octets.count: octets[place] = .random(in: 0...255, using: &generator)
                default: octets.insert(.random(in: 0...255, using: &generator), at: place)
                }
            }
            // Either is right; what is read can be said again.
            guard let message = try? HandoverMessage(decoding: octets) else { continue }
            #expect((try? HandoverMessage(decoding: message.encoded))?.encoded == message.encoded)
        }
    }
}
