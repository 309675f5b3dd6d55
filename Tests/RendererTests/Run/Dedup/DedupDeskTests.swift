import KeyValue
import Testing

@testable import Renderer

@Suite struct DedupDeskTests {
    /// A desk of one template that asks a and b, with the clock in the test's hands.
    private struct Driver {
        var desk: DedupDesk
        var now = Duration.zero
        var answers: [Dependency: Answer] = [:]
        var uses: Set<Dependency>
        var words: [String] = []

        init(_ uses: Set<Dependency> = [keyA, keyB]) {
            desk = DedupDesk(DeduplicationSettings(), templates: [("h", "\"x\" => \"y\"")])
            self.uses = uses
        }

        mutating func settle(hasNews: Bool = true, after pause: Duration = .zero) -> [DedupAction] {
            now += pause
            return told(desk.settle(["h": uses], answers: answers, absent: [], hasNews: hasNews, now: now))
        }

        mutating func take(_ event: DedupEvent) -> [DedupAction] {
            told(desk.handle(event, now: now)) + settle(hasNews: false)
        }

        /// What is done but for words.
        private mutating func told(_ actions: [DedupAction]) -> [DedupAction] {
            actions.filter { action in
                guard case .log(let level, let text) = action else { return true }
                if level != .debug { words.append(text) }
                return false
            }
        }

        mutating func view(
            holder: String?, writer: String? = nil, index: UInt64 = 0, _ answers: [String: Answer?]? = nil
        ) -> [DedupAction] {
            var view = DedupKeys.View()
            view.holder = holder
            view.holderName = "other (process 1)"
            view.writer = writer
            view.dataIndex = index
            view.answers = answers.map { SharedAnswers($0) }
            return take(.seen("h", view))
        }

        /// It leads, and has written over index 0.
        mutating func lead() {
            _ = settle()
            _ = take(.sessionMade("s"))
            _ = view(holder: nil)
            _ = take(.locked("h", true, session: "s"))
            answers = [keyA: .text("1"), keyB: .text("2")]
        }
    }

    private static let shared: [String: Answer?] = ["kv.block(a)": .text("1"), "kv.block(b)": nil]

    @Test func `nothing is asked before it is known who leads, but for what is each machine's own`() {
        let file = Dependency(.file("/x"))
        var driver = Driver([keyA, file])
        #expect(driver.settle() == [.makeSession])
        #expect(!driver.desk.asks(keyA) && driver.desk.asks(file))
        #expect(driver.take(.sessionMade("s")) == [])
        #expect(driver.view(holder: nil) == [.acquire("h", session: "s")])
        #expect(!driver.desk.asks(keyA))
        #expect(driver.take(.locked("h", true, session: "s")) == [])
        #expect(driver.desk.asks(keyA))
        #expect(driver.words == ["deduplicate: \"x\" => \"y\": this renderer asks the store, for all that render it"])
    }

    @Test func `who leads writes when everything is known, and again when something has changed`() {
        var driver = Driver()
        driver.lead()
        driver.answers[keyB] = nil
        #expect(driver.settle() == [])
        driver.answers[keyB] = .text("2")
        let first = SharedAnswers(["kv.block(a)": .text("1"), "kv.block(b)": .text("2")])
        #expect(driver.settle() == [.publish("h", first, session: "s", over: 0)])
        // Nothing is written before it is known where the last value stands.
        driver.answers[keyA] = .text("3")
        #expect(driver.settle() == [])
        #expect(driver.take(.published("h", true)) == [])
        let second = SharedAnswers(["kv.block(a)": .text("3"), "kv.block(b)": .text("2")])
        #expect(
            driver.view(holder: "s", writer: "s", index: 7, first.answers) == [
                .publish("h", second, session: "s", over: 7)
            ])
        #expect(driver.take(.published("h", true)) == [])
        #expect(driver.view(holder: "s", writer: "s", index: 8, second.answers) == [])
        #expect(driver.settle() == [])
    }

    @Test func `what another has written meanwhile is read before it is written over`() {
        var driver = Driver()
        driver.lead()
        let shared = SharedAnswers(driver.uses, answers: driver.answers, absent: [])
        #expect(driver.settle().count == 1)
        #expect(driver.take(.published("h", false)) == [])
        #expect(driver.settle() == [])
        #expect(
            driver.view(holder: "s", writer: "r", index: 4, Self.shared)
                == [.publish("h", shared ?? SharedAnswers(), session: "s", over: 4)])
    }

    @Test func `a write that fails is tried again later`() throws {
        var driver = Driver()
        driver.lead()
        #expect(driver.settle().count == 1)
        #expect(driver.take(.publishFailed("h", KeyValueError(.unavailable, "no"))) == [])
        #expect(driver.words.last == "deduplicate: \"x\" => \"y\": others are not told: no")
        #expect(driver.settle() == [])
        #expect(driver.desk.nextDeadline == .seconds(1))
        #expect(driver.settle(hasNews: false, after: .seconds(1)).count == 1)
    }

    @Test func `who follows is handed the leader's answers, and what is absent`() {
        var driver = Driver()
        _ = driver.settle()
        _ = driver.take(.sessionMade("s"))
        let actions = driver.view(holder: "r", writer: "r", index: 3, Self.shared)
        #expect(
            Set(actions.map { "\($0)" }) == Set([DedupAction.hand(keyA, .text("1")), .hand(keyB, nil)].map { "\($0)" }))
        #expect(driver.words == ["deduplicate: \"x\" => \"y\": another renderer asks the store: other (process 1)"])
        var changed = Self.shared
        changed["kv.block(b)"] = .text("2")
        #expect(driver.view(holder: "r", writer: "r", index: 4, changed) == [.hand(keyB, .text("2"))])
        // A question that comes later finds its answer.
        let keyC = Dependency(.store(.key("c", QueryScope(), isBlocking: true)))
        changed["kv.block(c)"] = .text("3")
        #expect(driver.view(holder: "r", writer: "r", index: 5, changed) == [])
        driver.uses.insert(keyC)
        #expect(driver.settle() == [.hand(keyC, .text("3"))])
    }

    @Test func `what somebody has written who does not lead any more is not handed on`() {
        var driver = Driver()
        _ = driver.settle()
        _ = driver.take(.sessionMade("s"))
        #expect(driver.view(holder: nil, writer: "q", index: 3, Self.shared) == [.acquire("h", session: "s")])
        _ = driver.take(.locked("h", false, session: "s"))
        #expect(driver.view(holder: "r", writer: "q", index: 3, Self.shared) == [])
        #expect(driver.view(holder: "r", writer: "r", index: 4, Self.shared).count == 2)
    }

    @Test func `a leader whose data lacks a question is asked past, after a while, and until it has it`() {
        var driver = Driver()
        _ = driver.settle()
        _ = driver.take(.sessionMade("s"))
        #expect(
            driver.view(holder: "r", writer: "r", index: 3, ["kv.block(a)": .text("1")]) == [.hand(keyA, .text("1"))])
        #expect(!driver.desk.asks(keyB))
        driver.now = .seconds(7)
        _ = driver.take(.sessionRenewed(true))
        _ = driver.settle(after: .seconds(7))
        #expect(!driver.desk.asks(keyB))
        _ = driver.settle(after: .seconds(1))
        #expect(driver.desk.asks(keyB) && !driver.desk.asks(keyA))
        #expect(driver.words.last?.contains("written no answer to kv.block(b)") == true)
        #expect(
            driver.view(holder: "r", writer: "r", index: 4, ["kv.block(a)": .text("1"), "kv.block(b)": .text("2")])
                == [.hand(keyB, .text("2"))])
        #expect(!driver.desk.asks(keyB))
    }

    @Test(arguments: [KeyValueError.Kind.denied, .unsupported, .invalid])
    func `a store that gives no sessions is asked by each renderer, until it does`(kind: KeyValueError.Kind) {
        var driver = Driver()
        _ = driver.settle()
        #expect(driver.take(.sessionFailed(KeyValueError(kind, "no sessions"))) == [])
        #expect(driver.desk.asks(keyA))
        #expect(
            driver.words == ["deduplicate: no sessions: this renderer asks the store by itself until that is better"])
        _ = driver.view(holder: "r", writer: "r", index: 3, Self.shared)
        #expect(driver.settle(after: .seconds(60)) == [.makeSession])
        #expect(driver.take(.sessionMade("s")).count == 2)
        #expect(!driver.desk.asks(keyA))
    }

    @Test func `a store that is away is away for what is handed on, and is not asked instead`() {
        var driver = Driver()
        _ = driver.settle()
        #expect(driver.take(.sessionFailed(KeyValueError(.unavailable, "gone"))) == [])
        let actions = driver.take(.away("h", "gone"))
        #expect(actions.count == 2 && actions.contains(.isAway(keyA, "gone")))
        #expect(!driver.desk.asks(keyA))
        #expect(driver.view(holder: "r", writer: "r", index: 3, Self.shared).contains(.isBack(keyA)))
    }

    @Test func `parts that nobody reads are taken away by the leader, and not those of a write that was not seen yet`()
    {
        var driver = Driver()
        driver.lead()
        _ = driver.settle()
        var view = DedupKeys.View()
        view.holder = "s"
        view.leftovers = ["p/h/data/q-1/00001"]
        #expect(driver.take(.seen("h", view)) == [])
        _ = driver.take(.published("h", true))
        #expect(driver.take(.seen("h", view)) == [])
        view.dataIndex = 5
        view.writer = "s"
        view.answers = SharedAnswers(driver.uses, answers: driver.answers, absent: [])
        #expect(driver.take(.seen("h", view)) == [.sweep(view.leftovers)])
    }
}
