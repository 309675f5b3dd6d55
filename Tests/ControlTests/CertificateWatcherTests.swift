import Certificates
import Discovery
import FoundationEssentials
import KeyValue
import Logging
import Testing

@testable import Control

/// Real folders and links, and a store in memory.
@Suite struct CertificateWatcherTests {
    private let files: CertificateFiles

    init() throws { files = try CertificateFiles() }

    /// Runs a watcher of one listener, whose folder is `folder` in the files', for the length of `body`.
    private func withWatcher(
        _ folder: String = "", store: MemoryStore = MemoryStore(), carrier: (any OCSPCarrier)? = nil,
        tls: String = "", _ body: (CertificateRecorder, CertificateWatcher) async throws -> Void
    ) async throws {
        let recorder = CertificateRecorder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var surroundings = Controller.Surroundings(installer: Recorder(), logger: logger)
        surroundings.certificateInstaller = recorder
        if let carrier { surroundings.carrier = carrier }
        let watcher = try #require(
            CertificateWatcher(
                store: store, configuration: configuration(folder, tls), surroundings: surroundings
            ) { recorder.note($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.run() }
            try await body(recorder, watcher)
            group.cancelAll()
        }
    }

    private func configuration(_ folder: String, _ tls: String = "") -> EdgeConfiguration {
        ConfigurationFile(
            "listeners: [{ address: \":443\", tls: { certificates: \"\(files.path)/\(folder)\"\(tls) } }]", source: "p"
        ).configuration
    }

    private func fingerprint(_ issued: DevelopmentAuthority.Issued) throws -> String {
        try issued.credential().facts.fingerprint
    }

    @Test(.timeLimit(.minutes(1))) func `pairs that come, change and go are shown, change and go`() async throws {
        let first = try files.issue(["a.test"])
        try files.write(first, as: "a")
        try await withWatcher { recorder, _ in
            let old = try fingerprint(first)
            try await recorder.until { recorder.fingerprint("a.test") == old && recorder.standing.isReady }
            try files.write(files.issue(["b.test"], key: .rsa), as: "b")
            try await recorder.until { recorder.shown("b.test")?.name == "b" }
            #expect(recorder.fingerprint("a.test") == old)
            let renewed = try files.issue(["a.test"])
            try files.write(renewed, as: "a")
            let new = try fingerprint(renewed)
            try await recorder.until { recorder.fingerprint("a.test") == new }
            try files.remove("b")
            try await recorder.until { recorder.shown("b.test") == nil }
            // What stands is told after what was installed.
            try await recorder.until { recorder.standing.certificates.map(\.fingerprint) == [new] }
            #expect(recorder.standing.certificates.map(\.source) == [files.path])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a broken replacement changes nothing but what is told`() async throws {
        let first = try files.issue(["a.test"])
        try files.write(first, as: "a")
        let old = try fingerprint(first)
        try await withWatcher { recorder, _ in
            try await recorder.until { recorder.fingerprint("a.test") == old }
            let installations = recorder.installations
            try files.write(Array("rubbish".utf8), to: "a.pem")
            try await recorder.until { recorder.problems.contains("certificate a") }
            #expect(recorder.problems.first?.hasPrefix("certificate \(files.path)/a.pem") == true)
            #expect(recorder.standing.certificates.map(\.isFormer) == [true])
            #expect(recorder.fingerprint("a.test") == old)
            #expect(recorder.installations == installations)
            let renewed = try files.issue(["a.test"])
            try files.write(renewed, as: "a")
            let new = try fingerprint(renewed)
            try await recorder.until { recorder.fingerprint("a.test") == new && recorder.problems.isEmpty }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `links that certbot turns are followed`() async throws {
        let pairs = try (1...3).map { _ in try files.issue(["shop.test"]) }
        let prints = try pairs.map(fingerprint)
        func archive(_ number: Int, _ issued: DevelopmentAuthority.Issued) throws {
            try files.write(issued.certificate, to: "archive/shop/fullchain\(number).pem")
            try files.write(issued.key, to: "archive/shop/privkey\(number).pem")
        }
        func turn(to number: Int) throws {
            try files.link("live/shop/privkey.pem", to: "../../archive/shop/privkey\(number).pem")
            try files.link("live/shop/fullchain.pem", to: "../../archive/shop/fullchain\(number).pem")
        }
        try archive(1, pairs[0])
        try FileManager.default.createDirectory(
            atPath: "\(files.path)/live/shop", withIntermediateDirectories: true)
        try turn(to: 1)
        try await withWatcher("live") { recorder, _ in
            try await recorder.until { recorder.fingerprint("shop.test") == prints[0] }
            #expect(recorder.shown("shop.test")?.name == "shop")
            try archive(2, pairs[1])
            try turn(to: 2)
            try await recorder.until { recorder.fingerprint("shop.test") == prints[1] }
            // The same links, another file behind them.
            try archive(2, pairs[2])
            try await recorder.until { recorder.fingerprint("shop.test") == prints[2] }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a folder that is a link, turned as a whole, is followed`() async throws {
        let pairs = try (0..<2).map { _ in try files.issue(["shop.test"]) }
        let prints = try pairs.map(fingerprint)
        for (number, pair) in pairs.enumerated() {
            try files.write(pair.certificate, to: "v\(number)/tls.crt")
            try files.write(pair.key, to: "v\(number)/tls.key")
        }
        try files.link("current", to: "v0")
        try await withWatcher("current") { recorder, _ in
            try await recorder.until { recorder.fingerprint("shop.test") == prints[0] }
            try files.link("current", to: "v1")
            try await recorder.until { recorder.fingerprint("shop.test") == prints[1] }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a folder may be made later`() async throws {
        try await withWatcher("later/certs") { recorder, _ in
            try await recorder.until { recorder.problems.contains("listener :443") }
            try await recorder.until { recorder.problems.contains("certificate \(files.path)/later/certs") }
            try files.write(files.issue(["a.test"]), as: "later/certs/a")
            try await recorder.until { recorder.shown("a.test") != nil && recorder.problems.isEmpty }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `the store's certificates are shown as soon as both halves are there`()
        async throws
    {
        let store = MemoryStore()
        try await withWatcher(store: store) { recorder, _ in
            let issued = try files.issue(["a.test"])
            try await recorder.until { recorder.standing.isReady }
            try await store.put("certs/a/key", value: issued.key, flags: 0)
            try await store.put("certs/a/cert", value: issued.certificate, flags: 0)
            let print = try fingerprint(issued)
            try await recorder.until { recorder.fingerprint("a.test") == print }
            try await recorder.until { recorder.standing.certificates.map(\.source) == ["memory:"] }
            try await store.deleteTree(prefix: "certs/")
            try await recorder.until { recorder.shown("a.test") == nil }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a store that does not answer holds nobody up, and is told`() async throws {
        try files.write(files.issue(["a.test"]), as: "a")
        let store = MemoryStore()
        await store.setAway(KeyValueError(.unavailable, "no answer"))
        try await withWatcher(store: store) { recorder, _ in
            try await recorder.until { recorder.standing.isReady && recorder.shown("a.test") != nil }
            #expect(recorder.standing.outage?.kind == .unavailable)
            await store.setAway(nil)
            try await recorder.until { recorder.standing.outage == nil }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `another folder is followed from a reload on`() async throws {
        try files.write(files.issue(["a.test"]), as: "one/a")
        try files.write(files.issue(["b.test"]), as: "two/b")
        try await withWatcher("one") { recorder, watcher in
            try await recorder.until { recorder.shown("a.test") != nil }
            watcher.reload(configuration("two"))
            try await recorder.until { recorder.shown("b.test") != nil && recorder.shown("a.test") == nil }
            try files.write(files.issue(["c.test"]), as: "two/c")
            try await recorder.until { recorder.shown("c.test") != nil }
        }
    }

    @Test func `without a listener for https nothing is followed`() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var surroundings = Controller.Surroundings(installer: Recorder(), logger: logger)
        surroundings.certificateInstaller = CertificateRecorder()
        #expect(
            CertificateWatcher(
                store: MemoryStore(), configuration: EdgeConfiguration(), surroundings: surroundings
            ) { _ in } == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `the controller waits for certificates and tells of them`() async throws {
        let issued = try files.issue(["a.test"], days: 1)
        try files.write(issued, as: "a")
        let end = try issued.credential().facts.notAfter
        let recorder = CertificateRecorder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var surroundings = Controller.Surroundings(installer: Recorder(), logger: logger)
        surroundings.certificateInstaller = recorder
        let controller = Controller(
            store: MemoryStore(), configuration: configuration(""), surroundings: surroundings)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            #expect(await controller.waitUntilReady(timeout: .seconds(30)))
            #expect(recorder.shown("a.test")?.name == "a")
            #expect(controller.status.certificates.map(\.hosts) == [["a.test"]])
            #expect(controller.status.certificates.map(\.notAfter) == [end])
            group.cancelAll()
        }
    }
}
