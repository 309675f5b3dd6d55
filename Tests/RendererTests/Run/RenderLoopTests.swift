import Testing

@testable import Renderer

/// A loop with a clock in the test's hands, and what it said that is to be done.
struct LoopDriver {
    private(set) var loop: RenderLoop
    private(set) var now: Duration = .zero
    private(set) var actions: [RenderAction] = []

    init(_ configuration: RenderConfiguration, isOnce: Bool = false) {
        loop = RenderLoop(configuration, mode: RenderLoop.Mode(isOnce: isOnce), random: { 0.5 })
    }

    /// Hands events in; returns what is to be done but for words.
    @discardableResult
    mutating func take(_ events: RenderEvent..., after pause: Duration = .zero) -> [RenderAction] {
        now += pause
        let all = loop.handle(events, now: now)
        actions += all
        return all.filter { if case .log = $0 { false } else { true } }
    }

    /// Lets time pass up to the next deadline.
    @discardableResult
    mutating func wait() throws -> [RenderAction] {
        let deadline = try #require(loop.nextDeadline)
        return take(.time, after: max(.zero, deadline - now))
    }

    /// A template that asked `used` and got all of it.
    @discardableResult
    mutating func complete(_ template: Int, _ used: Dependency...) -> [RenderAction] {
        take(.rendered(template: template, RenderEvent.Rendering(used: used)))
    }

    /// A template that lacks `missing`.
    @discardableResult
    mutating func lack(_ template: Int, used: [Dependency] = [], _ missing: Dependency...) -> [RenderAction] {
        take(.rendered(template: template, RenderEvent.Rendering(used: used + missing, missing: missing)))
    }

    var words: [String] {
        actions.compactMap { if case .log(let level, let text) = $0, level != .debug { text } else { nil } }
    }
}

let keyA = Dependency(.store(.key("a", QueryScope(), isBlocking: true)))
let keyB = Dependency(.store(.key("b", QueryScope(), isBlocking: true)))

func template(
    _ name: String, command: String? = nil, _ change: (inout TemplateSettings) -> Void = { _ in }
)
    -> TemplateSettings
{
    var settings = TemplateSettings(.file("\(name).ctmpl"), destination: "/out/\(name)")
    settings.command = command.flatMap { RenderCommand([$0]) }.map { ExecSettings($0) }
    settings.reload.minimumInterval = .zero
    change(&settings)
    return settings
}

func configuration(
    _ templates: TemplateSettings..., change: (inout RenderConfiguration) -> Void = { _ in }
) -> RenderConfiguration {
    var configuration = RenderConfiguration()
    configuration.templates = templates
    change(&configuration)
    return configuration
}

@Suite struct RenderLoopTests {
    private func job(_ loop: LoopDriver, _ templates: Int..., notBefore: Duration = .zero) -> RenderJob {
        RenderJob(
            command: loop.loop.configuration.templates[templates[0]].command, templates: templates, notBefore: notBefore
        )
    }

    @Test(arguments: [false, true])
    func `a file that is already right is told of, once`(isOnce: Bool) {
        var driver = LoopDriver(configuration(template("x")), isOnce: isOnce)
        driver.take(.time)
        driver.complete(0)
        driver.take(.wrote(template: 0, .unchanged(isOwed: false)))
        #expect(driver.actions.contains(.log(.info, "\"x.ctmpl\" => \"/out/x\": up to date")))
        guard !isOnce else { return }
        driver.complete(0)
        driver.take(.wrote(template: 0, .unchanged(isOwed: false)))
        #expect(driver.words == ["\"x.ctmpl\" => \"/out/x\": up to date"])
    }

    @Test func `questions are found by rendering, watched once for all, and waited for together`() {
        var driver = LoopDriver(configuration(template("x"), template("y")))
        #expect(driver.take(.time) == [.render(template: 0), .render(template: 1)])
        #expect(driver.lack(0, keyA, keyB) == [])
        let watches = driver.lack(1, keyA)
        #expect(Set(watches.map { "\($0)" }) == Set([RenderAction.watch(keyA), .watch(keyB)].map { "\($0)" }))
        // The first waits for b too, so it is not executed for a alone at once.
        #expect(driver.take(.answered(keyA)) == [.render(template: 1)])
        #expect(driver.complete(1, keyA) == [.write(template: 1)])
        #expect(driver.take(.answered(keyB)) == [.render(template: 0)])
        #expect(driver.complete(0, keyA, keyB) == [.write(template: 0)])
    }

    @Test func `what is asked may depend on what is there: a template is executed before all has come`() throws {
        var driver = LoopDriver(configuration(template("x")))
        driver.take(.time)
        driver.lack(0, keyA, keyB)
        #expect(driver.take(.answered(keyA)) == [])
        #expect(try driver.wait() == [.render(template: 0)])
        #expect(driver.now == RenderLoop.gathering)
        #expect(driver.complete(0, keyA).contains(.write(template: 0)))
    }

    @Test func `what no template asks any more is not watched any more`() {
        var driver = LoopDriver(configuration(template("x")))
        driver.take(.time)
        driver.lack(0, keyA)
        driver.take(.answered(keyA))
        #expect(driver.lack(0, used: [keyA], keyB) == [.watch(keyB)])
        driver.take(.answered(keyB))
        #expect(driver.complete(0, keyB) == [.unwatch(keyA), .write(template: 0)])
    }

    @Test func `an error counts only when nothing is missing`() {
        var driver = LoopDriver(configuration(template("x")))
        driver.take(.time)
        let unready = RenderEvent.Rendering(used: [keyA], missing: [keyA], failure: "index out of range")
        #expect(driver.take(.rendered(template: 0, unready)) == [.watch(keyA)])
        #expect(driver.take(.answered(keyA)) == [.render(template: 0)])
        let broken = RenderEvent.Rendering(used: [keyA], failure: "index out of range")
        #expect(driver.take(.rendered(template: 0, broken)) == [.end(.runFailed)])
        #expect(driver.words.contains { $0.contains("index out of range") })
    }

    @Test func `an error that is not fatal leaves the others alone and heals with the next answer`() {
        var driver = LoopDriver(configuration(template("x") { $0.isErrorFatal = false }, template("y")))
        driver.take(.time)
        driver.take(.rendered(template: 0, RenderEvent.Rendering(used: [keyA], missing: [keyA])))
        #expect(driver.complete(1).contains(.write(template: 1)))
        driver.take(.wrote(template: 1, .written))
        driver.take(.answered(keyA))
        #expect(driver.take(.rendered(template: 0, RenderEvent.Rendering(used: [keyA], failure: "no"))) == [])
        #expect(driver.take(.answered(keyA)) == [.render(template: 0)])
        #expect(driver.complete(0, keyA) == [.write(template: 0)])
    }

    @Test func `commands run when all files are written, in order, equal ones once`() {
        var driver = LoopDriver(
            configuration(template("x", command: "one"), template("y", command: "two"), template("z", command: "one")))
        driver.take(.time)
        #expect(driver.complete(0) == [.write(template: 0)])
        #expect(driver.complete(1) == [.write(template: 1)])
        #expect(driver.complete(2) == [.write(template: 2)])
        #expect(driver.take(.wrote(template: 1, .written)) == [])
        #expect(driver.take(.wrote(template: 0, .written)) == [])
        #expect(driver.take(.wrote(template: 2, .written)) == [.run(job(driver, 0, 2))])
        #expect(driver.take(.jobEnded(.done(hasReloaded: true))) == [.run(job(driver, 1))])
        #expect(driver.take(.jobEnded(.done(hasReloaded: true))) == [])
    }

    @Test func `a file that is as it should be asks for no command, unless one is owed`() {
        for isOwed in [false, true] {
            var driver = LoopDriver(configuration(template("x", command: "one")))
            driver.take(.time)
            driver.complete(0)
            let actions = driver.take(.wrote(template: 0, .unchanged(isOwed: isOwed)))
            #expect(actions == (isOwed ? [.run(job(driver, 0))] : []))
        }
    }

    @Test func `a command that fails is tried again, later and later, and not lost over a new text`() throws {
        var driver = LoopDriver(configuration(template("x", command: "one")))
        driver.take(.time)
        driver.complete(0, keyA)
        driver.take(.wrote(template: 0, .written))
        driver.take(.jobEnded(.failed("no")))
        #expect(try driver.wait() == [.run(job(driver, 0))])
        #expect(driver.now == .seconds(1))
        driver.take(.jobEnded(.failed("no")))
        #expect(try driver.wait() == [.run(job(driver, 0, notBefore: .seconds(1)))])
        #expect(driver.now == .seconds(3))
        driver.take(.jobEnded(.failed("no")))
        driver.take(.answered(keyA))
        driver.complete(0, keyA)
        // A new text is tried at once.
        #expect(driver.take(.wrote(template: 0, .written)) == [.run(job(driver, 0, notBefore: .seconds(3)))])
        #expect(driver.take(.jobEnded(.done(hasReloaded: true))) == [])
        #expect(driver.loop.nextDeadline == nil)
    }

    @Test(arguments: [true, false])
    func `with once, or if it is to stop, a command that fails ends the run after the others`(isOnce: Bool) {
        var driver = LoopDriver(
            configuration(
                template("x", command: "one") { $0.onError = isOnce ? .keep : .stop }, template("y", command: "two")),
            isOnce: isOnce)
        driver.take(.time)
        driver.complete(0)
        driver.complete(1)
        driver.take(.wrote(template: 0, .written))
        driver.take(.wrote(template: 1, .written))
        #expect(driver.take(.jobEnded(.failed("no"))) == [.run(job(driver, 1))])
        #expect(driver.take(.jobEnded(.done(hasReloaded: true))) == [.end(.runFailed)])
    }

    @Test func `a write that fails is tried again and its file stays`() throws {
        var driver = LoopDriver(configuration(template("x")))
        driver.take(.time)
        driver.complete(0, keyA)
        #expect(driver.take(.wrote(template: 0, .failed("disk full"))) == [])
        #expect(try driver.wait() == [.write(template: 0)])
        driver.take(.wrote(template: 0, .failed("disk full")))
        #expect(driver.words.filter { $0.contains("disk full") }.count == 1)
        #expect(try driver.wait() == [.write(template: 0)])
        #expect(driver.now == .seconds(3))
        driver.take(.wrote(template: 0, .written))
        #expect(driver.loop.nextDeadline == nil)
    }

    @Test func `once ends when everything was written and run`() {
        var driver = LoopDriver(configuration(template("x", command: "one"), template("y")), isOnce: true)
        driver.take(.time)
        driver.lack(0, keyA)
        driver.complete(1)
        #expect(driver.take(.wrote(template: 1, .written)) == [])
        driver.take(.answered(keyA))
        driver.complete(0, keyA)
        #expect(driver.take(.wrote(template: 0, .written)) == [.run(job(driver, 0))])
        #expect(driver.take(.jobEnded(.done(hasReloaded: true))) == [.end(.done)])
        #expect(driver.take(.time) == [])
    }

    @Test func `once without templates is done at once`() {
        var driver = LoopDriver(configuration(), isOnce: true)
        #expect(driver.take(.time) == [.end(.done)])
    }

    // MARK: Quiet

    @Test func `changes are gathered from the first complete text on, up to the maximum, each template by itself`()
        throws
    {
        let wait = WaitWindow(minimum: .seconds(2), maximum: .seconds(5))
        var driver = LoopDriver(configuration(template("x") { $0.wait = wait }, template("y")))
        driver.take(.time)
        driver.lack(0, keyA)
        // A neighbour that is blocked does not matter.
        driver.lack(1, keyB)
        #expect(driver.take(.answered(keyA)) == [.render(template: 0)])
        driver.complete(0, keyA)
        driver.take(.wrote(template: 0, .written))
        let began = driver.now
        for _ in 0..<4 { #expect(driver.take(.answered(keyA), after: .milliseconds(1500)) == []) }
        // 1.5 s after the first change and 2 s after each, but for the last, which would be past 5 s.
        let due = try #require(driver.loop.nextDeadline)
        #expect(due - began == .milliseconds(6500) || due - began == .seconds(5))
        var rendered: [RenderAction] = []
        while rendered.isEmpty { rendered = try driver.wait() }
        #expect(rendered == [.render(template: 0)])
        #expect(driver.now - began == .milliseconds(6500))
    }

    @Test func `commands keep their distance, and take along what comes meanwhile`() throws {
        var driver = LoopDriver(
            configuration(template("x", command: "one") { $0.reload.minimumInterval = .seconds(10) }))
        driver.take(.time)
        driver.complete(0, keyA)
        #expect(driver.take(.wrote(template: 0, .written)).count == 1)
        driver.take(.jobEnded(.done(hasReloaded: true)))
        for _ in 0..<3 {
            driver.take(.answered(keyA), after: .seconds(1))
            driver.complete(0, keyA)
            #expect(driver.take(.wrote(template: 0, .written)) == [])
        }
        #expect(try driver.wait() == [.run(job(driver, 0, notBefore: .seconds(10)))])
        #expect(driver.now == .seconds(10))
    }

    @Test func `a change that needed no command does not keep the next waiting`() {
        var driver = LoopDriver(
            configuration(template("x", command: "one") { $0.reload.minimumInterval = .seconds(10) }))
        driver.take(.time)
        driver.complete(0, keyA)
        driver.take(.wrote(template: 0, .written))
        driver.take(.jobEnded(.done(hasReloaded: false)))
        driver.take(.answered(keyA))
        driver.complete(0, keyA)
        #expect(driver.take(.wrote(template: 0, .written)) == [.run(job(driver, 0))])
    }

    // MARK: Patience

    @Test func `what blocks a template is told after a while, and then every minute`() throws {
        var driver = LoopDriver(configuration(template("x")))
        driver.take(.time)
        driver.lack(0, keyA)
        try driver.wait()
        #expect(driver.now == .seconds(5))
        #expect(driver.words == [#""x.ctmpl" => "/out/x": it waits for kv.block(a)"#])
        try driver.wait()
        #expect(driver.now == .seconds(65))
        #expect(driver.words.count == 2)
    }

    @Test func `a missing key ends the run after its timeout, and names itself`() throws {
        var driver = LoopDriver(configuration(template("x")) { $0.missingTimeout = .seconds(3) }, isOnce: true)
        driver.take(.time)
        driver.lack(0, keyA)
        #expect(try driver.wait() == [.end(.runFailed)])
        #expect(driver.now == .seconds(3))
        #expect(driver.words.contains { $0.contains("kv.block(a)") })
    }

    @Test func `a store that is away ends the run only until every file has been there`() throws {
        var driver = LoopDriver(
            configuration(template("x")) { configuration in
                configuration.consul.retry.attempts = 2
                configuration.consul.retry.backoff = .seconds(1)
            })
        driver.take(.time)
        driver.lack(0, keyA)
        driver.take(.unavailable(keyA, "consul: refused"))
        var patient = driver
        #expect(try driver.wait() == [.end(.runFailed)])
        #expect(driver.now == .seconds(3))
        // The same with the file in place.
        patient.take(.answered(keyA))
        patient.complete(0, keyA)
        patient.take(.wrote(template: 0, .written))
        patient.take(.unavailable(keyA, "consul: refused"))
        #expect(patient.loop.nextDeadline == nil)
        #expect(patient.take(.answered(keyA)) == [.render(template: 0)])
        #expect(patient.words.contains("the store answers again"))
    }

    @Test func `a lookup that fails ends the run if that is wished`() {
        var driver = LoopDriver(configuration(template("x")) { $0.failsOnFailedLookup = true })
        driver.take(.time)
        driver.lack(0, keyA)
        #expect(driver.take(.absent(keyA)) == [.end(.runFailed)])
    }

    // MARK: Signals

    @Test func `the configuration is read anew when nothing is under way, and the old one holds if it cannot be`() {
        var driver = LoopDriver(configuration(template("x")))
        driver.take(.time)
        driver.complete(0, keyA)
        #expect(driver.take(.signal(.hangUp)) == [])
        #expect(driver.take(.wrote(template: 0, .written)) == [.reconfigure])
        #expect(driver.take(.keptConfiguration) == [])
        #expect(driver.take(.answered(keyA)) == [.render(template: 0)])
    }

    @Test(arguments: [ProcessSignal.interrupt, .terminate])
    func `the kill signal and SIGTERM end the run`(signal: ProcessSignal) {
        var driver = LoopDriver(configuration(template("x")))
        driver.take(.time)
        driver.lack(0, keyA)
        #expect(driver.take(.signal(signal)) == [.end(.interrupted)])
    }
}
