import KeyValue
import Lab
import Testing

@testable import Renderer

/// Renderers that share a template, over a store and an order of events that do whatever they like: once the world is calm,
/// one of them asks and all have what it found.
@Suite struct DedupModelTests {
    private struct Store {
        var index: UInt64 = 1
        var sessions: Set<String> = []
        var lastSession = 0
        var lock: (session: String, name: String)?
        var data: KeyValueEntry?

        mutating func end(_ session: String) {
            guard sessions.remove(session) != nil, lock?.session == session else { return }
            lock = nil
            index += 1
        }
    }

    private struct Renderer {
        var desk = DedupDesk(DeduplicationSettings(), templates: [("h", "template")])
        var answers: [Dependency: Answer] = [:]
        var pending: [DedupAction] = []
        var seen: UInt64 = 0
        var isAlive = true
        var hasNews = true
    }

    private struct World {
        let keys = DedupKeys(prefix: "p/", hash: "h")
        let questions: Set<Dependency> = [keyA, keyB]
        var generator: SeededGenerator
        var store = Store()
        var renderers: [Renderer]
        var now = Duration.zero
        var version = 0

        init(seed: UInt64, count: Int) {
            generator = SeededGenerator(seed: seed)
            renderers = (0..<count).map { _ in Renderer() }
        }

        var truth: [Dependency: Answer] {
            Dictionary(uniqueKeysWithValues: questions.map { ($0, .text("\($0) \(version)")) })
        }

        func asks(_ index: Int) -> Bool {
            let desk = renderers[index].desk
            return questions.contains { desk.asks($0) }
        }

        mutating func take(_ actions: [DedupAction], _ index: Int) {
            for action in actions {
                switch action {
                case .hand(let dependency, let answer):
                    let isAsked = renderers[index].desk.asks(dependency)
                    #expect(!isAsked)
                    if renderers[index].answers[dependency] != answer { renderers[index].hasNews = true }
                    renderers[index].answers[dependency] = answer
                case .log, .isAway, .isBack: break
                default: renderers[index].pending.append(action)
                }
            }
        }

        mutating func settle(_ index: Int) {
            let hasNews = renderers[index].hasNews
            renderers[index].hasNews = false
            take(
                renderers[index].desk.settle(
                    ["h": questions], answers: renderers[index].answers, absent: [], hasNews: hasNews, now: now), index)
        }

        mutating func hear(_ event: DedupEvent, _ index: Int) {
            take(renderers[index].desk.handle(event, now: now), index)
            settle(index)
        }

        /// The watch tells the newest state, as late as it likes.
        mutating func tell(_ index: Int) {
            guard renderers[index].seen != store.index else { return }
            renderers[index].seen = store.index
            var entries: [KeyValueEntry] = []
            if let lock = store.lock {
                entries.append(KeyValueEntry(key: keys.lock, value: Array(lock.name.utf8), session: lock.session))
            }
            if let data = store.data { entries.append(data) }
            hear(.seen("h", keys.view(KeyValueListing(entries: entries, index: store.index))), index)
        }

        /// What the store is asked is done, or fails, before or after it was done.
        mutating func act(_ index: Int, mayFail: Bool) {
            guard !renderers[index].pending.isEmpty else { return }
            let error = KeyValueError(.unavailable, "no")
            let fate = mayFail ? Int.random(in: 0..<6, using: &generator) : 2
            switch renderers[index].pending.removeFirst() {
            case .makeSession:
                guard fate > 0 else { return hear(.sessionFailed(error), index) }
                store.lastSession += 1
                store.sessions.insert("s\(store.lastSession)")
                hear(.sessionMade("s\(store.lastSession)"), index)
            case .renewSession(let id):
                hear(fate > 0 ? .sessionRenewed(store.sessions.contains(id)) : .sessionFailed(error), index)
            case .acquire(_, let session):
                guard fate > 0 else { return hear(.lockFailed("h", error), index) }
                guard store.sessions.contains(session) else {
                    return hear(.lockFailed("h", KeyValueError(.invalid, "no session")), index)
                }
                let isOurs = store.lock.map { $0.session == session } ?? true
                if isOurs {
                    store.lock = (session, "r\(index)")
                    store.index += 1
                }
                hear(fate > 1 ? .locked("h", isOurs, session: session) : .lockFailed("h", error), index)
            case .publish(_, let answers, let session, let over):
                guard fate > 0 else { return hear(.publishFailed("h", error), index) }
                let isRight = store.data?.modifyIndex ?? 0 == over
                if isRight, let writing = keys.writing(answers, session: session, over: over) {
                    store.index += 1
                    store.data = KeyValueEntry(key: keys.data, value: writing.data, modifyIndex: store.index)
                }
                hear(fate > 1 ? .published("h", isRight) : .publishFailed("h", error), index)
            default: break
            }
        }

        /// A renderer that asks is answered.
        mutating func answer(_ index: Int) {
            for question in questions where renderers[index].desk.asks(question) {
                guard renderers[index].answers[question] != truth[question] else { continue }
                renderers[index].answers[question] = truth[question]
                renderers[index].hasNews = true
            }
            settle(index)
        }

        mutating func pass(_ duration: Duration) {
            now += duration
            for index in renderers.indices where renderers[index].isAlive { hear(.time, index) }
        }

        mutating func step() {
            let alive = renderers.indices.filter { renderers[$0].isAlive }
            guard let index = alive.randomElement(using: &generator) else { return }
            switch Int.random(in: 0..<40, using: &generator) {
            case 0 where alive.count > 1: kill(index)
            case 1:
                // The store loses a session that its renderer believes in.
                if let session = store.sessions.randomElement(using: &generator) { store.end(session) }
            case 2: renderers.append(Renderer())
            case 3: version += 1
            case 4: hear(.away("h", "no store"), index)
            case 5..<12: tell(index)
            case 12..<22: answer(index)
            case 22..<26: pass(.milliseconds(Int.random(in: 0..<4_000, using: &generator)))
            default: act(index, mayFail: true)
            }
        }

        mutating func kill(_ index: Int) {
            renderers[index].isAlive = false
            if let session = renderers[index].desk.session.id { store.end(session) }
        }

        /// Everything happens that has to, and no more.
        mutating func calm() {
            // Sessions that nobody renews end.
            let believed = Set(renderers.filter(\.isAlive).compactMap(\.desk.session.id))
            for session in store.sessions.subtracting(believed) { store.end(session) }
            for _ in 0..<12 {
                for index in renderers.indices where renderers[index].isAlive {
                    for _ in 0..<6 {
                        act(index, mayFail: false)
                        tell(index)
                        answer(index)
                    }
                }
                pass(.seconds(8))
            }
        }
    }

    @Test(arguments: 0..<200)
    func `in a calm world one asks, and all have what it found`(seed: Int) {
        var world = World(seed: UInt64(seed), count: 3)
        for index in world.renderers.indices { world.settle(index) }
        for _ in 0..<4 {
            for _ in 0..<150 { world.step() }
            world.calm()
            let alive = world.renderers.indices.filter { world.renderers[$0].isAlive }
            let asking = alive.filter { index in world.asks(index) }
            #expect(asking.count == 1)
            for index in alive { #expect(world.renderers[index].answers == world.truth, "renderer \(index)") }
        }
    }
}
