import HTTP2
import Lab
import Testing

/// Frames at random, mutated and cut anywhere, with an owner that does anything at any time: nothing crashes, nothing leaks.
@Suite struct FuzzTests {
    /// A client's frames, mostly good: what names a stream that is over mostly ends the connection.
    private func frames(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = random.next() % 20 == 0 ? [] : RawFrame.hello
        var last: UInt32 = .max
        var isOpen = false
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let isWild = random.next() % 50 == 0
            if !isOpen || random.next() % 4 == 0 {
                last &+= 2
                isOpen = random.next() % 3 > 0
                bytes += RawFrame.headers(last, fields(&random), ends: !isOpen).bytes
            }
            guard isOpen || isWild else { continue }
            let stream = isWild ? UInt32.random(in: 0...(last + 2), using: &random) : last
            bytes += frame(stream, isWild: isWild, isOpen: &isOpen, &random).bytes
        }
        return bytes
    }

    private func frame(
        _ stream: UInt32, isWild: Bool, isOpen: inout Bool, _ random: inout SeededGenerator
    ) -> RawFrame {
        switch Int.random(in: 0..<(isWild ? 10 : 9), using: &random) {
        case 0...2:
            isOpen = random.next() % 3 > 0
            let text = String(repeating: "d", count: Int.random(in: 1...3_000, using: &random))
            return RawFrame.data(stream, text, ends: !isOpen)
        case 3:
            isOpen = false
            return RawFrame.headers(stream, [("x-trailer", "1")])
        case 4:
            isOpen = false
            return RawFrame.reset(stream, UInt32.random(in: 0...14, using: &random))
        case 5: return RawFrame.windowUpdate(stream, UInt32.random(in: 1...1_000_000, using: &random))
        case 6: return RawFrame.priority(stream)
        case 7:
            let id: UInt16 = isWild ? UInt16.random(in: 0...10, using: &random) : 4
            return RawFrame.settings([(id, UInt32.random(in: 0...100_000, using: &random))])
        case 8: return RawFrame.ping
        default:
            let count = Int.random(in: 0...40, using: &random)
            let payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            return RawFrame(
                type: UInt8.random(in: 0...17, using: &random), flags: UInt8.random(in: 0...255, using: &random),
                stream: stream, payload: payload)
        }
    }

    private func fields(_ random: inout SeededGenerator) -> [(String, String)] {
        var all = get([(":method", random.next() % 3 == 0 ? "POST" : "GET")])
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let names = ["cookie", "x-a", "te", "host", "content-length", "accept", "X-Bad", "connection"]
            let values = ["trailers", "example.com", "1", "", "a=b", " x", "0"]
            let pick = Int(random.next() % 60)
            all.append((names[pick < 6 ? pick : pick % 2], values[random.next() & 3 == 0 ? pick % 7 : 4]))
        }
        return all
    }

    private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        guard random.next() % 3 == 0 else { return bytes }
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch random.next() % 4 {
            case 0: bytes[index] ^= 1 << UInt8(random.next() % 8)
            case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.remove(at: index)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
            }
        }
        return bytes
    }

    /// What an owner does: answers, ends, resets, releases, in any order and more than once.
    private func act(_ peer: Peer, _ streams: inout [Int32], _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0...6, using: &random) where !streams.isEmpty {
            let position = Int.random(in: 0..<streams.count, using: &random)
            let stream = streams[position]
            switch Int.random(in: 0..<9, using: &random) {
            case 0: peer.respond(stream, "HTTP/1.1 100 Continue\r\n\r\n")
            case 1, 2:
                peer.respond(
                    stream, "HTTP/1.1 200 OK\r\nServer: x\r\nBroken\r\n: y\r\n\r\n", ends: random.next() % 2 == 0)
            case 3: peer.append([UInt8](repeating: 7, count: Int.random(in: 0...70_000, using: &random)), to: stream)
            case 4: peer.engine.end(stream)
            case 5: peer.end(stream, trailers: "X-T: 1\r\nnonsense\r\n\r\n")
            case 6: peer.engine.reset(stream, code: UInt32.random(in: 0...13, using: &random))
            case 7: peer.engine.consume(Int.random(in: 0...100_000, using: &random), of: stream)
            default:
                peer.engine.release(stream)
                streams.remove(at: position)
            }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func aServerSurvivesAnything(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var told = 0
        for _ in 0..<250 {
            let server = Peer()
            server.consumes = random.next() % 2 == 0
            if random.next() % 8 == 0 { server.room = HTTP2Engine.minimumRoom }
            let bytes = mutate(frames(&random), &random)
            var streams: [Int32] = []
            var index = 0
            var isOver = false
            while index < bytes.count, !isOver {
                let end = min(bytes.count, index + Int.random(in: 1...700, using: &random))
                let outcome = server.receive([UInt8](bytes[index..<end]))
                isOver = outcome != .ok
                index = end
                for event in server.takeSeen() where event.kind == .request || event.kind == .refused {
                    streams.append(event.stream)
                    told += 1
                }
                act(server, &streams, &random)
                if random.next() % 3 == 0 {
                    let frames = server.produceOnce().bytes
                    #expect(
                        RawFrame.parse(frames).reduce(0) { $0 + 9 + $1.payload.count } == frames.count, "whole frames")
                }
                if random.next() % 40 == 0 { server.engine.shutdownNotice(server.session) }
                if random.next() % 60 == 0 { server.engine.goAway(server.session) }
            }
            let last = RawFrame.parse(server.produce()).last
            if isOver, let last { #expect(last.type == 7) }
            server.engine.close(server.session)
            #expect(server.engine.streamCount == 0)
            #expect(server.engine.sessionCount == 0)
            #expect(server.heldBytes == 0, "every buffer has come back")
        }
        #expect(told > 1_000, "most of it is good enough to be told")
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func aClientSurvivesAnything(_ seed: UInt64) {
        var random = SeededGenerator(seed: 1_000 + seed)
        for _ in 0..<250 {
            let client = Peer(client: HTTP2Limits())
            var streams: [Int32] = []
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                streams.append(client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ends: random.next() % 2 == 0))
            }
            _ = client.produce()
            var bytes = RawFrame.settings().bytes
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let stream = 2 * UInt32.random(in: 0...5, using: &random) + 1
                switch random.next() % 6 {
                case 0, 1:
                    let status = ["200", "103", "304", "101", "99", "1000", "2x0"][Int(random.next() % 16) % 7]
                    bytes +=
                        RawFrame.headers(stream, [(":status", status), ("server", "x")], ends: random.next() % 3 == 0)
                        .bytes
                case 2: bytes += RawFrame.data(stream, "some data", ends: random.next() % 3 == 0).bytes
                case 3: bytes += RawFrame.headers(stream, [("grpc-status", "0")]).bytes
                case 4: bytes += RawFrame(type: 7, payload: RawFrame.word(stream) + RawFrame.word(0)).bytes
                default: bytes += RawFrame.reset(stream).bytes
                }
            }
            bytes = mutate(bytes, &random)
            var index = 0
            while index < bytes.count {
                let end = min(bytes.count, index + Int.random(in: 1...200, using: &random))
                if client.receive([UInt8](bytes[index..<end])) != .ok { break }
                index = end
                act(client, &streams, &random)
                if random.next() % 2 == 0 { _ = client.produceOnce() }
            }
            _ = client.produce()
            client.engine.close(client.session)
            #expect(client.engine.streamCount == 0)
            #expect(client.heldBytes == 0)
        }
    }

    @Test func theScannerKeepsStepWhereverItIsCut() {
        var random = SeededGenerator(seed: 42)
        for _ in 0..<200 {
            let sent = (0..<10).map { _ in
                RawFrame(
                    type: UInt8.random(in: 0...9, using: &random), flags: UInt8.random(in: 0...255, using: &random),
                    stream: UInt32.random(in: 0...0x7fff_ffff, using: &random),
                    payload: [UInt8](repeating: 0xaa, count: Int.random(in: 0...300, using: &random)))
            }
            let bytes = RawFrame.preface + sent.flatMap(\.bytes)
            #expect(ScannedFrames.scan(bytes, cutting: &random) == sent.map { ScannedFrames.Head($0) })
        }
    }
}
