internal import Synchronization

/// One client's body for many engines: each reads it at its own pace, and what none needs any more is let go.
///
/// No more than a window is held. While it is full the client waits, and so do engines that have read all of it, for the
/// slowest; one that takes nothing for ``patience`` is given up, so that the rest go on.
final class BodyFanOut: Sendable {
    /// Why an engine gets no more of the body.
    enum Failure: Error, Sendable, CustomStringConvertible {
        /// The engine took nothing for too long.
        case tooSlow
        /// The client's body has broken off.
        case brokenOff(String)

        var description: String {
            switch self {
            case .tooSlow: "the engine took too long to read what it was sent"
            case .brokenOff(let reason): reason
            }
        }
    }

    private struct Reader {
        /// The piece that it reads next, counted from the body's first.
        var next = 0
        var waiter: CheckedContinuation<[UInt8]?, any Error>?
        var failure: Failure?
    }

    private struct State {
        var pieces: [[UInt8]] = []
        /// The number of the first of `pieces`.
        var first = 0
        var octets = 0
        var readers: [Int: Reader]
        var isFinished = false
        var failure: Failure?
        var writer: CheckedContinuation<Void, Never>?

        /// Lets go of what all have read.
        mutating func trim() {
            let needed = readers.values.filter { $0.failure == nil }.map(\.next).min() ?? first + pieces.count
            guard needed > first else { return }
            for piece in pieces.prefix(needed - first) { octets -= piece.count }
            pieces.removeFirst(needed - first)
            first = needed
        }

        mutating func takeWriter() -> CheckedContinuation<Void, Never>? {
            defer { writer = nil }
            return writer
        }
    }

    /// Octets that are held, two pieces more at the most.
    private let window: Int
    /// How long an engine may take nothing while others wait for it.
    private let patience: Duration
    private let state: Mutex<State>

    /// A body for as many readers, numbered from 0.
    init(readers: Int, window: Int = 4 << 20, patience: Duration = .seconds(30)) {
        self.window = window
        self.patience = patience
        state = Mutex(State(readers: Dictionary(uniqueKeysWithValues: (0..<readers).map { ($0, Reader()) })))
    }

    // MARK: Writing

    /// Hands on a whole body, until its end or until nobody reads it any more.
    func feed(_ body: any RequestBody) async {
        await withTaskCancellationHandler {
            do throws(RequestError) {
                while let piece = try await body.next() {
                    guard await put(piece) else { return }
                }
                finish(nil)
            } catch {
                finish(.brokenOff(error.message))
            }
        } onCancel: {
            finish(.brokenOff("the request was given up"))
        }
    }

    /// Hands on one piece, and waits while the window is full.
    ///
    /// - Returns: whether anybody reads on.
    func put(_ piece: [UInt8]) async -> Bool {
        let woken = state.withLock { state -> [CheckedContinuation<[UInt8]?, any Error>] in
            guard !state.isFinished else { return [] }
            state.pieces.append(piece)
            state.octets += piece.count
            let place = state.first + state.pieces.count - 1
            var woken: [CheckedContinuation<[UInt8]?, any Error>] = []
            for (number, reader) in state.readers where reader.next == place {
                guard let waiter = reader.waiter else { continue }
                woken.append(waiter)
                state.readers[number]?.waiter = nil
                state.readers[number]?.next = place + 1
            }
            state.trim()
            return woken
        }
        for waiter in woken { waiter.resume(returning: piece) }
        await waitForRoom()
        return state.withLock { state in !state.isFinished && state.readers.values.contains { $0.failure == nil } }
    }

    private func waitForRoom() async {
        guard !state.withLock({ hasRoom($0) }) else { return }
        let timer = Task {
            try await Task.sleep(for: patience)
            giveUpTheSlowest()
        }
        defer { timer.cancel() }
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                guard !hasRoom(state) else { return true }
                state.writer = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    private func hasRoom(_ state: State) -> Bool { state.octets <= window || state.isFinished }

    /// Gives those up that hold the others up.
    func giveUpTheSlowest() {
        let writer = state.withLock { state in
            for (number, reader) in state.readers where reader.next == state.first {
                state.readers[number]?.failure = .tooSlow
            }
            return trimmed(&state)
        }
        writer?.resume()
    }

    private func finish(_ failure: Failure?) {
        let (waiters, writer) = state.withLock { state in
            guard !state.isFinished else { return ([CheckedContinuation<[UInt8]?, any Error>](), state.takeWriter()) }
            state.isFinished = true
            state.failure = failure
            let waiters = state.readers.values.compactMap(\.waiter)
            for number in state.readers.keys { state.readers[number]?.waiter = nil }
            return (waiters, state.takeWriter())
        }
        for waiter in waiters {
            if let failure { waiter.resume(throwing: failure) } else { waiter.resume(returning: nil) }
        }
        writer?.resume()
    }

    /// Lets go of what all have read, and says whom to wake if there is room by that.
    private func trimmed(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        state.trim()
        return hasRoom(state) ? state.takeWriter() : nil
    }

    // MARK: Reading

    /// The body as reader `number` sees it; it can be read once.
    func pieces(_ number: Int) -> Pieces { Pieces(body: self, number: number) }

    /// A reader needs no more: its engine has answered, or is not asked any more.
    func leave(_ number: Int) {
        let (reader, writer) = state.withLock { state in
            (state.readers.removeValue(forKey: number), trimmed(&state))
        }
        reader?.waiter?.resume(throwing: Failure.brokenOff("the engine is not asked any more"))
        writer?.resume()
    }

    fileprivate func next(_ number: Int) async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await take(number)
        } onCancel: {
            leave(number)
        }
    }

    private func take(_ number: Int) async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { continuation in
            var writer: CheckedContinuation<Void, Never>?
            let answer = state.withLock { state -> Result<[UInt8]?, Failure>? in
                guard let reader = state.readers[number] else {
                    return .failure(.brokenOff("the engine is not asked any more"))
                }
                if let failure = reader.failure { return .failure(failure) }
                if let failure = state.failure { return .failure(failure) }
                guard reader.next < state.first + state.pieces.count else {
                    if state.isFinished { return .success(nil) }
                    state.readers[number]?.waiter = continuation
                    return nil
                }
                let piece = state.pieces[reader.next - state.first]
                state.readers[number]?.next += 1
                writer = trimmed(&state)
                return .success(piece)
            }
            writer?.resume()
            if let answer { continuation.resume(with: answer.mapError { $0 }) }
        }
    }

    /// A body as one reader sees it.
    struct Pieces: AsyncSequence, Sendable {
        let body: BodyFanOut
        let number: Int

        struct Iterator: AsyncIteratorProtocol {
            let body: BodyFanOut
            let number: Int

            func next() async throws -> [UInt8]? { try await body.next(number) }
        }

        func makeAsyncIterator() -> Iterator { Iterator(body: body, number: number) }
    }
}
