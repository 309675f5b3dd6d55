internal import Glibc

/// `portico top`: what an edge does, live in the terminal, or once as a table.
public struct TopSession: Sendable {
    /// How often a picture is drawn at the most: thirty times a second.
    private static let frame: Duration = .milliseconds(33)
    /// How long the rest of an escape sequence may take over a slow connection.
    private static let escapeDelay: Duration = .milliseconds(50)

    private enum Input: Sendable {
        case terminal(TerminalEvents.Event)
        /// No octet came for a while after so many pieces.
        case silence(Int)
        /// What came from the so-many-th feed.
        case feed(Int, FeedEvent)
        case done(EndpointOrder, failure: String?)
        case frame
        case second
    }

    private let client: AdminClient
    private let appearance: Appearance

    /// A session with the edge that `client` asks.
    ///
    /// - Parameter environment: the locale and NO_COLOR.
    public init(client: AdminClient, environment: [String: String]) {
        self.client = client
        appearance = Appearance(environment: environment)
    }

    /// Whether there is a terminal to draw on; TERM says if it is one that cannot be drawn on.
    public static func canDraw(environment: [String: String]) -> Bool {
        Terminal.isThere && !["", "dumb", "unknown"].contains(environment["TERM"] ?? "")
    }

    // MARK: Once

    /// One table of all services, busiest first, as lines of text.
    public func lines() async throws(AdminFailure) -> [String] {
        var model = TopModel(address: "\(client.address)", size: ScreenSize(), appearance: appearance)
        model.take(.facts(try await client.object("/api/v1/info", as: EdgeFacts.self)))
        var ticks = 0
        try await client.follow("/api/v1/stream?rates=true", after: nil) { event in
            if event.name == "rates" { model.take(.rates(try client.decode(RateReport.self, event.data))) }
            if event.name == "totals" {
                model.take(.totals(try client.decode(EdgeTotals.self, event.data)))
                ticks += 1
            }
            return !model.hasRates && ticks < 10
        }
        guard model.hasRates else { throw AdminFailure(description: "\(client.address) has told no rates") }
        return model.lines
    }

    // MARK: Live

    /// Shows the edge until the operator quits; the terminal is then as it was.
    ///
    /// Throws if the edge does not answer at the beginning; later it is asked again and again.
    public func run() async throws(AdminFailure) {
        let facts = try await client.object("/api/v1/info", as: EdgeFacts.self)
        let (inputs, input) = AsyncStream.makeStream(of: Input.self, bufferingPolicy: .bufferingNewest(4096))
        let terminal = try Terminal()
        let events = TerminalEvents(of: terminal) { input.yield(.terminal($0)) }
        defer { events.end() }
        let clock = Task {
            while (try? await Task.sleep(for: .seconds(1))) != nil { input.yield(.second) }
        }
        defer { clock.cancel() }
        var model = TopModel(address: "\(client.address)", size: terminal.size, appearance: appearance)
        model.take(.facts(facts))
        terminal.enter()
        defer { terminal.leave() }
        await show(model, on: terminal, inputs, input)
    }

    private func show(
        _ model: TopModel, on terminal: Terminal, _ inputs: AsyncStream<Input>,
        _ input: AsyncStream<Input>.Continuation
    ) async {
        var model = model
        var (writer, reader) = (ScreenWriter(), KeyReader())
        var feed = follow(nil, number: 0, from: model.position, input)
        var (feeds, pieces) = (0, 0)
        // Whether a picture was drawn just now, and whether something has changed since.
        var (isResting, isChanged) = (false, false)
        let start = ContinuousClock.now
        defer { feed.cancel() }
        for await next in inputs {
            model.now = start.duration(to: .now) / .seconds(1)
            var keys: [Key] = []
            switch next {
            case .terminal(.octets(let octets)):
                keys = reader.keys(octets)
                pieces += 1
                if reader.isWaiting { later(Self.escapeDelay, .silence(pieces), input) }
            case .terminal(.resized): model.size = terminal.size
            case .terminal(.suspended):
                terminal.suspend()
                writer.forget()
            case .terminal(.resumed):
                terminal.enter()
                model.size = terminal.size
                writer.forget()
            case .terminal(.ended): return
            case .silence(let count): if count == pieces { keys = reader.flush() }
            case .feed(let number, let event): if number == feeds { model.take(event) }
            case .done(let order, let failure): model.took(order, failure: failure)
            case .frame:
                isResting = false
                guard isChanged else { continue }
            case .second: if model.link == .live { continue }
            }
            for key in keys {
                if case .mode(2026, let state) = key { writer.isSynchronized = state == 1 || state == 2 }
                switch model.press(key) {
                case .quit: return
                case .suspend: terminal.askToSuspend()
                case .redraw: writer.forget()
                case .watch(let service):
                    feed.cancel()
                    feeds += 1
                    feed = follow(service, number: feeds, from: model.position, input)
                case .send(let order): send(order, input)
                case nil: break
                }
            }
            guard !terminal.isEnded else { return }
            guard !isResting else {
                isChanged = true
                continue
            }
            (isResting, isChanged) = (true, false)
            if await !terminal.write(writer.octets(for: model.picture())) { writer.forget() }
            later(Self.frame, .frame, input)
        }
    }

    private func follow(
        _ service: String?, number: Int, from position: EdgeFeed.Position, _ input: AsyncStream<Input>.Continuation
    ) -> Task<Void, Never> {
        let feed = EdgeFeed(client: client, service: service)
        return Task { await feed.run(from: position) { input.yield(.feed(number, $0)) } }
    }

    private func later(_ delay: Duration, _ word: Input, _ input: AsyncStream<Input>.Continuation) {
        Task {
            try? await Task.sleep(for: delay)
            input.yield(word)
        }
    }

    private func send(_ order: EndpointOrder, _ input: AsyncStream<Input>.Continuation) {
        Task {
            do throws(AdminFailure) {
                try await client.put(order.target)
                input.yield(.done(order, failure: nil))
            } catch {
                input.yield(.done(order, failure: error.description))
            }
        }
    }
}
