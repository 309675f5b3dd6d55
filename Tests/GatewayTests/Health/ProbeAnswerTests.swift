import Lab
import Routing
import Testing
import Wire

@testable import Gateway

/// What answers to a check's request mean, without a socket.
@Suite struct ProbeAnswerTests {
    private static func check(_ edit: (inout HealthPolicy) -> Void = { _ in }) -> HealthCheck {
        var policy = HealthPolicy()
        policy.kind = .request
        policy.path = "/healthz"
        edit(&policy)
        return HealthCheck(policy)
    }

    /// The verdict on `text` that comes in pieces of `size` octets, and then ends.
    private static func verdict(
        _ octets: [UInt8], pieces size: Int = .max, isClean: Bool = true, _ check: HealthCheck
    ) -> ProbeVerdict {
        let fields = FieldTable(capacity: 100)
        defer { fields.deallocate() }
        let parser = HeadParser(limits: HeadLimits(headBytes: Limits.probeHeadBytes))
        var answer = ProbeAnswer(check)
        var start = 0
        while start < octets.count {
            let end = min(octets.count, size == .max ? octets.count : start + size)
            let verdict = unsafe octets[start..<end].withUnsafeBytes { unsafe answer.take($0, parser, fields) }
            if let verdict { return verdict }
            start = end
        }
        return answer.end(isClean: isClean)
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    private static let untilClose = "HTTP/1.0 200 OK\r\n\r\nhello"

    @Test(arguments: [ok, chunked, untilClose, "HTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 103 Hm\r\n\r\n" + ok])
    func passes(_ text: String) {
        for size in [1, 7, Int.max] {
            #expect(Self.verdict(Array(text.utf8), pieces: size, Self.check()) == .passed)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", "503, expected 200-399"),
        ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "404, expected 200-399"),
        ("HTTP/1.1 101 Hm\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "101, which nobody asked for"),
        ("", "the connection ended without an answer"),
        ("HTTP/1.1 200 OK\r\nContent-Le", "an incomplete answer"),
    ])
    func fails(_ text: String, reason: String) {
        for size in [1, Int.max] {
            #expect(
                Self.verdict(Array(text.utf8), pieces: size, Self.check()) == .failed("GET /healthz: \(reason)"))
        }
    }

    @Test(arguments: [ok, chunked, untilClose])
    func looksIntoTheBody(_ text: String) {
        for size in [1, 3, Int.max] {
            for (pattern, passes) in [
                ("ell", true), ("hello", true), ("helloo", false), ("~^h.*o$", true), ("~x", false),
            ] {
                let verdict = Self.verdict(Array(text.utf8), pieces: size, Self.check { $0.body = pattern })
                #expect((verdict == .passed) == passes, "\(pattern) in pieces of \(size)")
            }
        }
    }

    @Test func aBodyThatIsCutOffFails() {
        let check = Self.check { $0.body = "hello" }
        let cut = Array(Self.ok.utf8.dropLast(2))
        #expect(Self.verdict(cut, check) == .failed("GET /healthz: an incomplete body"))
        let unclean = Self.verdict(Array(Self.untilClose.utf8), isClean: false, check)
        #expect(unclean == .failed("GET /healthz: an incomplete body"))
    }

    @Test func aBodyWithoutEndIsLookedAtAsFarAsTheLimit() {
        let check = Self.check { $0.body = "needle" }
        let endless = [UInt8](repeating: 0x61, count: 1 << 20)
        let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
        #expect(Self.verdict(head + endless, pieces: 4_096, check) != .passed)
        #expect(Self.verdict(head + Array("needle".utf8) + endless, pieces: 4_096, check) == .passed)
    }

    @Test func aHeadWithoutEndFails() {
        let head = "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Y: z\r\n", count: 20_000)
        let verdict = Self.verdict(Array(head.utf8), pieces: 4_096, Self.check())
        guard case .failed = verdict else {
            Issue.record("\(verdict)")
            return
        }
    }

    /// Whatever comes, there is a verdict, the same however it is cut into pieces, and no garbage passes.
    @Test func garbageFails() {
        var random = SeededGenerator(seed: 42)
        let plain = Self.check()
        let reading = Self.check { $0.body = "hello" }
        for _ in 0..<3_000 {
            var octets = Array([Self.ok, Self.chunked, Self.untilClose].randomElement(using: &random)?.utf8 ?? "".utf8)
            if Bool.random(using: &random) {
                octets = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                guard !octets.starts(with: Array("HTTP/".utf8)) else { continue }
                #expect(Self.verdict(octets, plain) != .passed)
            } else {
                for _ in 0..<Int.random(in: 1..<4, using: &random) {
                    octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            for check in [plain, reading] {
                let whole = Self.verdict(octets, check)
                let size = Int.random(in: 1..<20, using: &random)
                let pieces = Self.verdict(octets, pieces: size, check)
                #expect((whole == .passed) == (pieces == .passed), "\(octets) in pieces of \(size)")
            }
        }
    }
}
