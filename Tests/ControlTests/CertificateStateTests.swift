import Certificates
import Discovery
import KeyValue
import Testing

@testable import Control

/// The tables that follow from folders and the store, with time in the test's hands.
@Suite struct CertificateStateTests {
    private let files: CertificateFiles
    private let wall = CertificateClock.now

    init() throws { files = try CertificateFiles() }

    private func state(_ yaml: String) throws -> CertificateState {
        let file = ConfigurationFile(yaml, source: "p")
        try #require(file.errors.isEmpty, "\(file.errors)")
        return CertificateState(configuration: file.configuration, storeName: "memory:")
    }

    private func finds(_ issued: [String: DevelopmentAuthority.Issued]) throws -> CertificateFinds {
        var finds = CertificateFinds()
        for (name, issued) in issued.sorted(by: { $0.key < $1.key }) {
            finds.entries.append(CertificateTable.Entry(name: name, credential: try issued.credential()))
        }
        return finds
    }

    /// The store's listing of certificates.
    private func stored(
        _ issued: [String: DevelopmentAuthority.Issued], isRegressed: Bool = false, isFirstAfterOutage: Bool = false
    ) -> ControlState.Listing {
        let values = issued.flatMap { name, issued in
            [("\(name)/cert", issued.certificate), ("\(name)/key", issued.key)]
        }
        let entries = values.map { KeyValueEntry(key: "certs/\($0.0)", value: $0.1, modifyIndex: 1) }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return ControlState.Listing(
            listing: KeyValueListing(entries: entries, index: 1), isRegressed: isRegressed,
            isFirstAfterOutage: isFirstAfterOutage)
    }

    /// What a client is shown, by name.
    private func shown(_ table: CertificateTable?, _ host: String) -> String? {
        guard let table else { return nil }
        let set = Int(table.explain(host: host).set)
        return set < 0 ? nil : table.sets[set].entries.first?.name
    }

    static let two = """
        certs: /c
        listeners:
          - { address: ":443", tls: { certificates: /a, default: first } }
          - { address: ":80" }
          - { address: ":8443", tls: true }
        """

    @Test func `each listener has its folder's certificates and the store's`() throws {
        var state = try state(Self.two)
        #expect(state.folders == ["/a", "/c"])
        #expect(!state.isReady)
        state.take(try finds(["a": files.issue(["a.test"])]), of: "/a", now: .zero)
        // The other folder was not read yet: an empty table would be wrong.
        #expect(state.advance(now: .zero, wall: wall).map(\.listener.index) == [0])
        state.take(try finds(["c": files.issue(["c.test"])]), of: "/c", now: .zero)
        state.take(stored(["s": try files.issue(["s.test"])]), now: .zero)
        #expect(state.isReady)
        let installations = state.advance(now: .zero, wall: wall)
        #expect(installations.map(\.listener.index) == [0, 2])
        let tables = installations.map(\.table)
        #expect(["a.test", "c.test", "s.test", "x.test"].map { shown(tables[0], $0) } == ["a", "a", "s", "a"])
        #expect(["a.test", "c.test", "s.test", "x.test"].map { shown(tables[1], $0) } == [nil, "c", "s", nil])
        #expect(installations.map(\.changes).allSatisfy { $0.contains("+ s (s.test, until ") })
        #expect(state.problems(now: .seconds(9), wall: wall) == [])
        // Nothing new, nothing installed.
        #expect(state.advance(now: .seconds(1), wall: wall).isEmpty)
        let certificates = state.certificates(wall: wall)
        #expect(certificates.map(\.name) == ["a", "c", "s"])
        #expect(certificates.map(\.source) == ["/a", "/c", "memory:"])
        #expect(certificates.map(\.listeners) == [[":443"], [":8443"], [":443", ":8443"]])
        #expect(certificates.map(\.hosts) == [["a.test"], ["c.test"], ["s.test"]])
        #expect(certificates.map(\.keyKind) == ["ECDSA P-256", "ECDSA P-256", "ECDSA P-256"])
    }

    @Test func `a listener without any certificate is a problem once all sources were heard of`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: true }]")
        state.take(CertificateFinds(), of: "certs", now: .zero)
        #expect(state.advance(now: .zero, wall: wall).count == 1)
        #expect(state.problems(now: .zero, wall: wall).isEmpty)
        state.take(outage: KeyValueError(.unavailable, "no answer"))
        #expect(state.isReady)
        #expect(
            state.problems(now: .zero, wall: wall).map(\.description) == [
                "listener :443: there is no certificate for it, so every handshake is refused: put NAME.pem and NAME.key "
                    + "into certs/, or write the store's certs/NAME/cert and certs/NAME/key"
            ])
    }

    @Test(arguments: ["true", "{ certificates: /c }"])
    func `a folder that nobody has named need not be there if the store has certificates`(tls: String) throws {
        var state = try state("listeners: [{ address: \":443\", tls: \(tls) }]")
        var finds = CertificateFinds()
        finds.isReadable = false
        finds.problems = [CertificateProblem(.error, "folder", "it is not there", "")]
        state.take(finds, of: tls == "true" ? "certs" : "/c", now: .zero)
        state.take(stored([:]), now: .zero)
        _ = state.advance(now: .zero, wall: wall)
        #expect(
            state.problems(now: .seconds(2), wall: wall).map(\.subject) == ["certificate folder", "listener :443"])
        state.take(stored(["s": try files.issue(["s.test"])]), now: .seconds(2))
        _ = state.advance(now: .seconds(2), wall: wall)
        let isNamed = tls != "true"
        #expect(
            state.problems(now: .seconds(4), wall: wall).map(\.subject) == (isNamed ? ["certificate folder"] : []))
    }

    @Test func `a key of the store that waits for its certificate is told after a second`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: true }]")
        state.take(CertificateFinds(), of: "certs", now: .zero)
        let entry = KeyValueEntry(key: "certs/a/key", value: try files.issue(["a.test"]).key, modifyIndex: 1)
        state.take(ControlState.Listing(listing: KeyValueListing(entries: [entry], index: 1)), now: .zero)
        _ = state.advance(now: .zero, wall: wall)
        #expect(state.problems(now: .milliseconds(900), wall: wall).map(\.subject) == ["listener :443"])
        #expect(
            state.problems(now: .seconds(1), wall: wall).map(\.description).first
                == "certificate certs/a/key: there is no certificate for this key: write certs/a/cert")
    }

    @Test func `a default that is not there is told`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: { default: shop } }]")
        state.take(try finds(["a": files.issue(["a.test"])]), of: "certs", now: .zero)
        state.take(stored([:]), now: .zero)
        let table = state.advance(now: .zero, wall: wall).first?.table
        #expect(shown(table, "x.test") == nil)
        #expect(state.problems(now: .zero, wall: wall).map(\.subject) == ["listener :443"])
        state.take(stored(["shop": try files.issue(["shop.test"])]), now: .zero)
        #expect(shown(state.advance(now: .zero, wall: wall).first?.table, "x.test") == "shop")
        #expect(state.problems(now: .zero, wall: wall).isEmpty)
    }

    @Test func `only a certificate that is called default is shown to strangers unless more is said`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: true }]")
        state.take(try finds(["a": files.issue(["a.test"])]), of: "certs", now: .zero)
        #expect(shown(state.advance(now: .zero, wall: wall).first?.table, "x.test") == nil)
        state.take(
            try finds(["a": files.issue(["a.test"]), "default": files.issue(["d.test"])]), of: "certs", now: .zero)
        #expect(shown(state.advance(now: .zero, wall: wall).first?.table, "") == "default")
    }

    @Test func `a broken entry of the store keeps the former pair, and its neighbours stand`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: true }]")
        state.take(CertificateFinds(), of: "certs", now: .zero)
        let (one, other) = (try files.issue(["a.test"]), try files.issue(["b.test"]))
        state.take(stored(["a": one, "b": other]), now: .zero)
        _ = state.advance(now: .zero, wall: wall)
        // A new key before its certificate.
        let renewed = try files.issue(["a.test"])
        var mixed = one
        mixed.key = renewed.key
        state.take(stored(["a": mixed, "b": other]), now: .seconds(1))
        #expect(state.advance(now: .seconds(1), wall: wall).isEmpty)
        #expect(state.certificates(wall: wall).map(\.isFormer) == [true, false])
        #expect(state.problems(now: .milliseconds(1_900), wall: wall).isEmpty)
        #expect(
            state.problems(now: .seconds(2), wall: wall).map(\.subject) == [
                "certificate certs/a/key", "certificate a",
            ])
        state.take(stored(["a": renewed, "b": other]), now: .seconds(3))
        let table = try #require(state.advance(now: .seconds(3), wall: wall).first?.table)
        #expect(shown(table, "a.test") == "a")
        #expect(state.certificates(wall: wall).map(\.isFormer) == [false, false])
        #expect(state.problems(now: .seconds(9), wall: wall).isEmpty)
    }

    @Test func `a store that comes back empty after an outage loses no certificate at once`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: true }]\nstore_grace: 30s")
        state.take(CertificateFinds(), of: "certs", now: .zero)
        state.take(stored(["a": try files.issue(["a.test"])]), now: .zero)
        _ = state.advance(now: .zero, wall: wall)
        state.take(stored([:], isFirstAfterOutage: true), now: .seconds(1))
        #expect(state.advance(now: .seconds(1), wall: wall).isEmpty)
        #expect(state.problems(now: .seconds(2), wall: wall).map(\.subject) == ["held certificates"])
        #expect(state.nextDeadline(now: .seconds(2), wall: wall) == .seconds(31))
        _ = state.advance(now: .seconds(31), wall: wall)
        let table = state.advance(now: .seconds(32), wall: wall).first?.table
        #expect(table?.sets.isEmpty == true)
        #expect(state.problems(now: .seconds(40), wall: wall).map(\.subject) == ["listener :443"])
    }

    @Test func `the end of a certificate makes room for another of its name, by the clock alone`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: true }]")
        let ending = try files.issue(["a.test"], days: 2, begin: wall - 86_400)
        let lasting = try files.issue(["*.test"], days: 90)
        state.take(try finds(["ending": ending, "lasting": lasting]), of: "certs", now: .zero)
        state.take(stored([:]), now: .zero)
        #expect(shown(state.advance(now: .zero, wall: wall).first?.table, "a.test") == "ending")
        var rescans = [state.takeRescan(now: .zero)]
        // An hour at most, for the wall's clock may be set; a little before the end it is less.
        #expect(state.nextDeadline(now: .zero, wall: wall) == .seconds(3_600))
        let end = wall + 86_400
        #expect(state.nextDeadline(now: .zero, wall: end - 10) == .seconds(11))
        #expect(state.advance(now: .seconds(86_400), wall: end).isEmpty)
        #expect(shown(state.advance(now: .seconds(86_401), wall: end + 1).first?.table, "a.test") == "lasting")
        rescans += [86_401, 86_402].map { state.takeRescan(now: .seconds($0)) }
        #expect(rescans == [false, true, false])
    }

    @Test func `folders are read anew each day`() throws {
        var state = try state("listeners: [{ address: \":443\", tls: true }]")
        let due = [5, 86_404, 86_405, 86_406].map { state.takeRescan(now: .seconds($0)) }
        #expect(due == [false, false, true, false])
    }

    @Test func `another source of a listener that is read anew counts at once, another listener does not`() throws {
        var state = try state(Self.two)
        let file = ConfigurationFile(
            """
            listeners:
              - { address: ":8443", tls: { certificates: /new, default: refuse, ocsp: false } }
              - { address: ":9443", tls: { certificates: /other } }
            """, source: "p")
        state.take(file.configuration)
        #expect(state.folders == ["/a", "/new"])
        #expect(state.listeners.map(\.index) == [0, 2])
        #expect(state.listeners.map(\.source.fallback) == [.first, .refuse])
        // A late word of a folder that is nobody's any more.
        state.take(try finds(["c": files.issue(["c.test"])]), of: "/c", now: .zero)
        #expect(state.certificates(wall: wall).isEmpty)
    }
}
