import DockerEngine
import Foundation
import Lab
import Synchronization
import Testing

/// What a real engine will not do on demand.
@Suite(.timeLimit(.minutes(10)))
struct EngineFaultTests {
    /// A server that agrees on a version as an engine does, and answers everything else as told.
    private final class Fake: Sendable {
        let backend: TestBackend
        private let script: Mutex<Script>
        private let seen = Mutex<[String]>([])

        /// The octets to send for a target, and whether the connection stays open.
        typealias Script = @Sendable (_ target: String) -> (text: String, keeps: Bool)

        init(apiVersion: String? = "1.41", _ script: @escaping Script) throws {
            backend = try TestBackend("engine")
            self.script = Mutex(script)
            let ping = Fake.answer("OK", fields: apiVersion.map { "Api-Version: \($0)\r\n" } ?? "")
            backend.behave(
                .custom { [weak self] _, request, stream in
                    guard let self else { return false }
                    self.seen.withLock { $0.append(request.target) }
                    let (text, keeps) =
                        request.target == "/_ping" ? (ping, true) : self.script.withLock { $0 }(request.target)
                    try stream.socket.send(text)
                    return keeps
                })
        }

        /// The targets that were asked for, in order.
        var targets: [String] { seen.withLock { $0 } }

        func follow(_ script: @escaping Script) {
            self.script.withLock { $0 = script }
        }

        func engine(_ change: (inout EngineLimits) -> Void = { _ in }) throws -> DockerEngine {
            var limits = EngineLimits()
            change(&limits)
            return try DockerEngine(DockerAddress("tcp://\(backend.address)"), limits: limits, logger: Engines.quiet)
        }

        static func answer(_ body: String, status: String = "200 OK", fields: String = "") -> String {
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }

        /// An endless answer that begins with `pieces`.
        static func stream(_ pieces: String...) -> String {
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + pieces.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
        }
    }

    private static func failure(
        of body: @escaping @Sendable () async throws(DockerError) -> Void
    ) async throws -> DockerError {
        let error = try await soon("an end") { () -> DockerError? in
            do {
                try await body()
                return nil
            } catch {
                return error as? DockerError
            }
        }
        return try #require(error)
    }

    private static let event =
        #"{"Type":"container","Action":"start","Actor":{"ID":"a1"},"timeNano":1700000000000000000}"#

    // MARK: Versions

    @Test(arguments: [("1.41", "1.41"), ("1.24", "1.24"), ("9.99", "\(APIVersion.newest)")])
    func `the version is in every path`(newest: String, spoken: String) async throws {
        let fake = try Fake(apiVersion: newest) { _ in (Fake.answer("[]"), true) }
        let engine = try fake.engine()
        _ = try await engine.listContainers(all: true, filters: ["label": ["a=b c&d"], "id": ["x"]])
        _ = try await engine.listContainers()
        #expect(
            fake.targets == [
                "/_ping",
                "/v\(spoken)/containers/json?all=1&filters=%7B%22id%22%3A%5B%22x%22%5D%2C%22label%22%3A%5B%22a%3Db%20c%26d%22%5D%7D",
                "/v\(spoken)/containers/json",
            ])
    }

    @Test func `an engine whose ping says no version is asked for it`() async throws {
        let fake = try Fake(apiVersion: nil) { target in
            (Fake.answer(target == "/version" ? #"{"Version":"1.12.6","ApiVersion":"1.24"}"# : "null"), true)
        }
        #expect(try await fake.engine().listContainers().isEmpty)
        #expect(fake.targets == ["/_ping", "/version", "/v1.24/containers/json"])
    }

    @Test(arguments: [
        ("1.23", DockerError.Kind.invalid, "the engine speaks API 1.23"), ("", .garbled, "no API version"),
        ("x", .garbled, "no API version"),
    ])
    func `what speaks no version in common is named`(
        newest: String, kind: DockerError.Kind, words: String
    ) async throws {
        let fake = try Fake(apiVersion: newest) { _ in (Fake.answer("{}"), true) }
        let engine = try fake.engine()
        let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.info() }
        #expect(error.kind == kind)
        #expect(error.description.contains(words))
    }

    @Test func `a version that is too new is given up, once`() async throws {
        let words = #"{"message":"client version 1.41 is too new. Maximum supported API version is 1.30"}"#
        let fake = try Fake { _ in (Fake.answer(words, status: "400 Bad Request"), true) }
        let engine = try fake.engine()
        let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.info() }
        #expect(error.status == 400)
        #expect(fake.targets == ["/_ping", "/v1.41/info", "/_ping", "/v1.41/info"])
    }

    // MARK: Answers

    @Test func `an inspected name is one segment of the path`() async throws {
        let fake = try Fake { _ in (Fake.answer(#"{"message":"no such container"}"#, status: "404 Not Found"), true) }
        #expect(try await fake.engine().inspect("../x?y#z/é") == nil)
        #expect(fake.targets.last == "/v1.41/containers/..%2Fx%3Fy%23z%2F%C3%A9/json")
        let engine = try fake.engine()
        let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.inspect("") }
        #expect(error.kind == .invalid)
    }

    @Test(
        arguments: [
            (#"{"message":"driver failed"}"#, "500 Oops", true, "driver failed"),
            ("upstream\u{1b}[31m\nis away\n", "503 Away", true, "upstream [31m is away"),
            (#"{"message":7}"#, "403 No", false, nil), ("", "429 Slow Down", true, nil),
            ("", "301 Elsewhere", false, nil),
        ] as [(String, String, Bool, String?)])
    func `refusals say what the engine said and whether to try again`(
        body: String, status: String, isRetryable: Bool, words: String?
    ) async throws {
        let fake = try Fake { _ in (Fake.answer(body, status: status), true) }
        let engine = try fake.engine()
        let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.listContainers() }
        #expect(error.kind == .refused)
        #expect(error.status.map(String.init) == status.split(separator: " ").first.map(String.init))
        #expect(error.isRetryable == isRetryable)
        if let words { #expect(error.description.hasSuffix(words), "\(error)") }
        #expect(fake.targets.count == 2)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{\"a", DockerError.Kind.garbled, "not an engine's JSON"),
        (Fake.answer("<html>"), .garbled, "not an engine's JSON"),
        (Fake.answer("{}"), .garbled, "not an engine's JSON"),
        (Fake.answer(String(repeating: "[", count: 100_000)), .garbled, "not an engine's JSON"),
        (Fake.answer("[" + String(repeating: " ", count: 200_000) + "]"), .garbled, "larger than this reads"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", .garbled, "not HTTP"), ("\u{0}\u{1}\u{2}\r\n\r\n", .garbled, "not HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", .garbled, "not HTTP"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .garbled, "not HTTP"),
    ])
    func `what is no answer is an error that says so`(
        text: String, kind: DockerError.Kind, words: String
    ) async throws {
        let fake = try Fake { _ in (text, true) }
        let engine = try fake.engine { $0.bodyBytesMax = 150_000 }
        let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.listContainers() }
        #expect(error.kind == kind, "\(error)")
        #expect(error.description.contains(words), "\(error)")
    }

    @Test func `an answer that breaks off is asked for a second time, and no third`() async throws {
        let part = "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n[{\"Id\":\"a\""
        let fake = try Fake { _ in (part, false) }
        let engine = try fake.engine()
        let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.listContainers() }
        #expect(error.kind == .lost && error.isRetryable)
        #expect(error.description.contains("the answer ended early"))
        #expect(fake.targets.count == 3)
        let isFirst = Mutex(true)
        fake.follow { _ in
            isFirst.withLock { first in
                defer { first = false }
                return first ? ("", false) : (Fake.answer("[]"), true)
            }
        }
        #expect(try await engine.listContainers().isEmpty)
    }

    @Test func `an answer that comes too slowly is late, whatever part of it is missing`() async throws {
        for text in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n[{"] {
            let fake = try Fake { _ in (text, true) }
            let engine = try fake.engine { $0.answer = .milliseconds(300) }
            let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.listContainers() }
            #expect(error.kind == .late && error.isRetryable)
            #expect(error.description.contains("list containers"))
        }
    }

    @Test func `nobody there is unreachable, and says what to look for`() async throws {
        let port = try FreePort.next()
        let folder = try ScratchFolder()
        for address in ["tcp://127.0.0.1:\(port)", "unix://\(folder.path)/none.sock"] {
            let engine = try DockerEngine(DockerAddress(address), logger: Engines.quiet)
            let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.inspect("a") }
            #expect(error.kind == .unreachable && error.isRetryable)
            #expect(error.description.contains("is an engine running there?"), "\(error)")
        }
    }

    @Test func `whoever gives up waiting is let go`() async throws {
        let fake = try Fake { _ in ("", true) }
        let engine = try fake.engine()
        _ = try await engine.apiVersion()
        let call = Task { try await engine.listContainers() }
        try await soon("the question") {
            while fake.targets.count < 2 { await Task.yield() }
        }
        call.cancel()
        let outcome = try await soon("an end") { await call.result }
        let error = #expect(throws: DockerError.self) { try outcome.get() }
        #expect(error?.kind == .cancelled)
    }

    // MARK: Events

    @Test(arguments: [
        ("{\"a\"", DockerError.Kind.lost, "within an event"), ("<html>", .garbled, "where an event begins"),
        (String(repeating: "{\"a\":", count: 100), .garbled, "objects within objects"),
        ("{\"a\":\"\(String(repeating: "x", count: 3000))", .garbled, "more than 2000"),
    ])
    func `a stream that is none is an error after the events before it`(
        text: String, kind: DockerError.Kind, words: String
    ) async throws {
        let fake = try Fake { _ in (Fake.stream(Self.event, text) + "0\r\n\r\n", true) }
        let events = try await fake.engine { $0.eventBytesMax = 2000 }.events()
        let (count, error) = try await soon("an end") { () -> (Int, DockerError?) in
            var count = 0
            do throws(DockerError) {
                for try await _ in events { count += 1 }
                return (count, nil)
            } catch {
                return (count, error)
            }
        }
        #expect(count == 1)
        #expect(error?.kind == kind)
        #expect(error?.description.contains(words) == true)
    }

    @Test func `a refused stream says why`() async throws {
        let fake = try Fake { _ in (Fake.answer(#"{"message":"invalid filter"}"#, status: "400 Bad Request"), true) }
        let engine = try fake.engine()
        let error = try await Self.failure { () async throws(DockerError) in _ = try await engine.events() }
        #expect(error.message == "invalid filter")
    }

    @Test func `a follower goes on after streams that end, break off or are none`() async throws {
        let number = Mutex(0)
        let fake = try Fake { target in
            guard target.contains("/events") else { return (Fake.answer("[]"), true) }
            let count = number.withLock { number in
                number += 1
                return number
            }
            let event = Self.event.replacingOccurrences(of: "a1", with: "a\(count)")
            switch count {
            case 1: return (Fake.stream(event) + "0\r\n\r\n", true)
            case 2: return (Fake.stream(Self.event, event), false)
            case 3: return ("", false)
            case 4: return (Fake.stream(event, "<html>"), true)
            case 5: return (Fake.answer("", status: "503 Away"), true)
            default: return (Fake.stream(event), true)
            }
        }
        let log = MessageLog(EventFollower(try fake.engine { $0.retryMax = .milliseconds(50) }))
        try await log.wait(forEvent: "start", of: "a6")
        // The first event came again in the second stream, and was not told again.
        #expect(log.events.map(\.actorID) == ["a1", "a2", "a4", "a6"])
        #expect(log.messages.first == .connected)
        #expect(log.messages.count { $0 == .reconnected } == 3)
        #expect(log.messages.count { if case .unavailable = $0 { true } else { false } } >= 1)
        // Resumed at a second before the last event; after what could not be read, not at that event again.
        let asked = fake.targets.filter { $0.contains("/events") }
        #expect(asked[1] == "/v1.41/events?since=1699999999.000000000")
        #expect(!asked[4].contains("1699999999"))
    }

    @Test func `a silent stream of an engine that answers no ping is given up`() async throws {
        let backend = try TestBackend("engine")
        let pings = Mutex(0)
        backend.behave(
            .custom { _, request, stream in
                if request.target != "/_ping" {
                    try stream.socket.send(Fake.stream())
                } else if pings.withLock({
                    $0 += 1; return $0
                }) != 3 {
                    // The first agrees on the version, the second tells the time, the third is the heartbeat.
                    try stream.socket.send(Fake.answer("OK", fields: "Api-Version: 1.41\r\n"))
                }
                return true
            })
        var limits = EngineLimits()
        limits.heartbeat = .milliseconds(100)
        limits.ping = .seconds(2)
        limits.retryMax = .milliseconds(50)
        let engine = try DockerEngine(DockerAddress("tcp://\(backend.address)"), limits: limits, logger: Engines.quiet)
        let log = MessageLog(EventFollower(engine))
        try await log.wait(for: "an outage") {
            if case .unavailable(let error) = $0 { error.kind == .late } else { false }
        }
        try await log.wait(for: "reconnected") { $0 == .reconnected }
    }

    @Test func `a reader that lets go ends its stream at the engine`() async throws {
        let closed = Gate()
        let backend = try TestBackend("engine")
        backend.behave(
            .custom { _, request, stream in
                guard request.target.contains("/events") else {
                    try stream.socket.send(Fake.answer("OK", fields: "Api-Version: 1.41\r\n"))
                    return true
                }
                try stream.socket.send(Fake.stream(Self.event))
                _ = try stream.socket.receiveToEnd(by: .after(.seconds(60)))
                closed.open()
                return false
            })
        let engine = try DockerEngine(DockerAddress("tcp://\(backend.address)"), logger: Engines.quiet)
        do {
            let log = MessageLog(EventFollower(engine))
            try await log.wait(forEvent: "start", of: "a1")
        }
        let began = ContinuousClock.now
        try await offPool { closed.wait() }
        #expect(ContinuousClock.now - began < .seconds(55))
    }
}
