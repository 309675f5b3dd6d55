import Certificates
import Discovery
import FoundationEssentials
import KeyValue
import Lab
import Logging
import Synchronization
import Testing

@testable import Control

/// OCSP answers of openssl(1), carried by the test.
@Suite struct StapleTests {
    private let files: CertificateFiles
    private let wall = CertificateClock.now

    init() throws { files = try CertificateFiles() }

    /// A certificate with its authority's, which names a responder.
    private func issue(_ host: String) throws -> DevelopmentAuthority.Issued {
        var request = DevelopmentAuthority.Request(names: [host])
        request.ocspResponder = "http://ocsp.test/"
        var issued = try files.authority.issue(request)
        issued.certificate += files.authority.own.certificate
        return issued
    }

    private func entry(_ name: String) throws -> CertificateTable.Entry {
        CertificateTable.Entry(name: name, credential: try issue("\(name).test").credential())
    }

    private func answer(_ question: StapleBook.Question, days: Int = 4) throws -> [UInt8] {
        try Responder(files).answer(question.exchange.request, fingerprint: question.fingerprint, days: days)
    }

    @Test func `an answer is asked for at once, again at half of its life, and dropped before its end`() throws {
        var book = StapleBook()
        let entry = try entry("a")
        let print = entry.credential.facts.fingerprint
        book.update([entry])
        #expect(book.nextTime(wall: wall) == 0)
        let question = try #require(book.questions(wall: wall).first)
        #expect(book.questions(wall: wall).isEmpty)
        #expect(book.problems(wall: wall).isEmpty)
        book.take(.success(try answer(question)), of: print, wall: wall)
        let staple = try #require(book.staple(of: print, wall: wall))
        #expect(staple.goodUntil - staple.thisUpdate == 4 * 86_400)
        #expect(book.nextTime(wall: wall) == staple.renewal)
        #expect(book.questions(wall: staple.renewal - 1).isEmpty)
        #expect(book.questions(wall: staple.renewal).map(\.fingerprint) == [print])
        // No answer, again and again: what is at hand is sent until shortly before its end.
        var now = staple.renewal
        var waits: [Int64] = []
        while now < staple.goodUntil {
            book.take(.failure(StapleFailure(description: "down")), of: print, wall: now)
            #expect(book.problems(wall: now).isEmpty == (book.staple(of: print, wall: now) != nil))
            guard let next = book.nextTime(wall: now) else { break }
            waits.append(next - now)
            now = next
            _ = book.questions(wall: now)
        }
        #expect(waits.prefix(8) == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
        let end = staple.goodUntil - StapleBook.marginSeconds
        #expect(book.staple(of: print, wall: end - 1) != nil)
        #expect(book.staple(of: print, wall: end) == nil)
        #expect(
            book.problems(wall: end).map(\.description) == [
                "certificate a: no OCSP answer is sent along: down; tls: { ocsp: false } does without"
            ])
    }

    @Test func `what is no answer is a failure, and so is one about another certificate`() throws {
        var book = StapleBook()
        let (one, other) = (try entry("a"), try entry("b"))
        book.update([one, other])
        let questions = book.questions(wall: wall)
        let octets = try answer(questions[1])
        book.take(.success([1, 2, 3]), of: questions[1].fingerprint, wall: wall)
        book.take(.success(octets), of: questions[0].fingerprint, wall: wall)
        #expect(questions.allSatisfy { book.staple(of: $0.fingerprint, wall: wall) == nil })
        #expect(book.problems(wall: wall).count == 2)
    }

    @Test func `few questions are under way at once, and what is gone is forgotten`() throws {
        var book = StapleBook()
        let entries = try (0..<6).map { try entry("a\($0)") }
        book.update(entries)
        let first = book.questions(wall: wall)
        #expect(first.count == StapleBook.questionLimit)
        #expect(book.nextTime(wall: wall) == nil)
        book.take(.failure(StapleFailure(description: "down")), of: first[0].fingerprint, wall: wall)
        #expect(book.questions(wall: wall).count == 1)
        book.update([])
        book.take(.failure(StapleFailure(description: "down")), of: first[1].fingerprint, wall: wall)
        #expect(book.problems(wall: wall).isEmpty)
        #expect(book.nextTime(wall: wall) == nil)
    }

    @Test func `a certificate without its issuer's cannot be asked about, and that is told`() throws {
        var request = DevelopmentAuthority.Request(names: ["a.test"])
        request.ocspResponder = "http://ocsp.test/"
        var book = StapleBook()
        book.update([
            CertificateTable.Entry(name: "a", credential: try files.authority.issue(request).credential()),
            CertificateTable.Entry(name: "b", credential: try files.issue(["b.test"]).credential()),
        ])
        #expect(book.questions(wall: wall).isEmpty)
        #expect(book.problems(wall: wall).map(\.severity) == [.notice])
        #expect(book.problems(wall: wall).map(\.subject) == ["certificate a"])
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func `an answer goes along with the certificate unless ocsp is off`(isOn: Bool) async throws {
        try files.write(issue("a.test"), as: "a")
        let responder = Responder(files)
        let recorder = CertificateRecorder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var surroundings = Controller.Surroundings(installer: Recorder(), logger: logger)
        surroundings.certificateInstaller = recorder
        surroundings.carrier = responder
        let file = ConfigurationFile(
            "listeners: [{ address: \":443\", tls: { certificates: \"\(files.path)\", ocsp: \(isOn) } }]", source: "p")
        let watcher = try #require(
            CertificateWatcher(
                store: MemoryStore(), configuration: file.configuration, surroundings: surroundings
            ) { recorder.note($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.run() }
            if isOn {
                try await recorder.until { recorder.shown("a.test")?.staple != nil }
                try await recorder.until { recorder.standing.certificates.first?.stapledUntil != nil }
                #expect(responder.places == ["http://ocsp.test/"])
            } else {
                try await recorder.until { recorder.standing.isReady && recorder.shown("a.test") != nil }
                #expect(responder.places.isEmpty)
            }
            #expect(recorder.problems.isEmpty)
            group.cancelAll()
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a responder is asked over HTTP, and no other way`() async throws {
        let server = try TestBackend("responder", .echo)
        let client = ResponderClient()
        let answer = try await client.answer(to: [1, 2, 3], from: "http://127.0.0.1:\(server.port)/ocsp")
        #expect(answer == [1, 2, 3])
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.target == "/ocsp")
        #expect(request["Content-Type"] == "application/ocsp-request")
        server.behave(.status(503))
        await #expect(throws: StapleFailure.self) {
            try await client.answer(to: [1], from: "http://127.0.0.1:\(server.port)/")
        }
        await #expect(throws: StapleFailure.self) {
            try await client.answer(to: [1], from: "https://127.0.0.1:\(server.port)/")
        }
        await #expect(throws: StapleFailure.self) { try await client.answer(to: [1], from: "http://127.0.0.1:1/") }
    }
}

/// An OCSP responder for one authority: openssl(1) in its files.
private final class Responder: OCSPCarrier {
    private let files: CertificateFiles
    private let asked = Mutex<[String]>([])

    init(_ files: CertificateFiles) { self.files = files }

    /// Where it was asked.
    var places: [String] { asked.withLock { $0 } }

    func answer(to request: [UInt8], from responder: String) async throws(StapleFailure) -> [UInt8] {
        asked.withLock { $0.append(responder) }
        do {
            return try answer(request, fingerprint: "any", days: 4)
        } catch {
            throw StapleFailure(description: "\(error)")
        }
    }

    /// The answer to a request: every serial number is good for `days`.
    func answer(_ request: [UInt8], fingerprint: String, days: Int) throws -> [UInt8] {
        let folder = try TemporaryDirectory()
        func write(_ octets: [UInt8], _ name: String) throws {
            try Data(octets).write(to: URL(filePath: "\(folder.path)/\(name)"))
        }
        try write(files.authority.own.certificate, "ca.pem")
        try write(files.authority.own.key, "ca.key")
        try write(request, "request.der")
        let text = try run("ocsp -reqin request.der -req_text", in: folder.path)
        let serials = text.split(separator: "\n").filter { $0.contains("Serial Number: ") }.compactMap {
            $0.split(separator: ":").last?.drop { $0 == " " }
        }
        let index = serials.map { "V\t491231235959Z\t\t\($0)\tunknown\t/CN=x\n" }.joined()
        try write(Array(index.utf8), "index.txt")
        _ = try run(
            """
            ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -reqin request.der -respout response.der \
            -ndays \(days)
            """, in: folder.path)
        return Array(try Data(contentsOf: URL(filePath: "\(folder.path)/response.der")))
    }

    private func run(_ words: String, in folder: String) throws -> String {
        guard let program = Repository.program("openssl") else { throw LabError("no openssl program") }
        let process = try ChildProcess(program, words.split(separator: " ").map(String.init), in: folder)
        let lines = try process.waitForOutput(within: .seconds(60))
        guard try process.waitForEnd() == .exited(0) else { throw LabError("openssl \(words): \(lines)") }
        return lines.joined(separator: "\n")
    }
}
