internal import DockerEngine
internal import Logging

/// Questions and orders to many engines at once.
extension ClusterResponder {
    /// An engine that answers, and who speaks with it.
    struct Reachable: Sendable {
        var engine: EngineRecord
        var member: MemberEngine

        /// Its name.
        var name: String { engine.name }
    }

    /// What became of a broadcast at one engine.
    struct Outcome<Answer: Sendable>: Sendable {
        var engine: Reachable
        var result: Result<Answer, RequestError>
    }

    /// Engines that are asked at once; the rest wait their turn.
    static var broadcastWidth: Int { 256 }

    /// The engines that answer and pass, by name.
    func reachable(where passes: (EngineRecord) -> Bool = { _ in true }) -> [Reachable] {
        let engines = cluster.read { state in
            state.engines.values.filter { $0.standing.isAnswering && passes($0) }
        }
        return engines.compactMap { engine in
            cluster.member(engine.address).map { Reachable(engine: engine, member: $0) }
        }.sorted { NaturalOrder.compare($0.name, $1.name) < 0 }
    }

    /// The same; an error in the scheduler's words if there is none.
    func allReachable() throws(RequestError) -> [Reachable] {
        let engines = reachable()
        guard !engines.isEmpty else { throw RequestError(500, PlacementError.noHealthyNode.description) }
        return engines
    }

    /// What `body` gives for each engine, in their order, all at once.
    ///
    /// Errors are untyped on their way: optimized, closures that throw a type and are made for the answer's lose the answer's
    /// neighbours (Swift 6.3).
    func broadcast<Answer: Sendable>(
        to engines: [Reachable], width: Int = broadcastWidth,
        _ body: @escaping @Sendable (Reachable) async throws -> Answer
    ) async -> [Outcome<Answer>] {
        await withTaskGroup(of: Placed<Answer>.self) { group in
            func start(_ place: Int) {
                group.addTask {
                    let result: Result<Answer, RequestError>
                    do {
                        result = .success(try await body(engines[place]))
                    } catch {
                        result = .failure(error as? RequestError ?? RequestError(500, "\(error)"))
                    }
                    return Placed(place: place, result: result)
                }
            }
            let first = min(width, engines.count)
            for place in 0..<first { start(place) }
            var next = first
            var results: [Int: Result<Answer, RequestError>] = [:]
            for await placed in group {
                results[placed.place] = placed.result
                guard next < engines.count else { continue }
                start(next)
                next += 1
            }
            return engines.enumerated().compactMap { place, engine in
                results[place].map { Outcome(engine: engine, result: $0) }
            }
        }
    }

    /// What became of a broadcast at the engine of this place.
    private struct Placed<Answer: Sendable>: Sendable {
        var place: Int
        var result: Result<Answer, RequestError>
    }

    /// What `body` gives, unless the engine is found not to answer any more: for what may take long.
    func whileAnswering<Answer: Sendable>(
        _ engine: Reachable, _ body: @escaping @Sendable () async throws -> Answer
    ) async throws(RequestError) -> Answer {
        do {
            return try await withThrowingTaskGroup(of: Answer.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    while cluster.read({ $0.engines[engine.engine.address]?.standing.isAnswering ?? false }) {
                        try await Task.sleep(for: .seconds(1))
                    }
                    throw RequestError(500, "Node \(engine.name) does not answer any more")
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw CancellationError() }
                return answer
            }
        } catch {
            throw error as? RequestError ?? RequestError(500, "the client has gone")
        }
    }

    /// The answers of those engines that gave one; the others are named in the log.
    ///
    /// - Throws: why, if none gave one.
    func answers<Answer>(_ outcomes: [Outcome<Answer>], _ what: String) throws(RequestError) -> [(Reachable, Answer)] {
        let failed = Self.failures(of: outcomes)
        let answers = outcomes.compactMap { outcome in
            (try? outcome.result.get()).map { (outcome.engine, $0) }
        }
        if let failed, answers.isEmpty { throw failed }
        if let failed {
            cluster.logger.warning("swarm: \(what): not by all engines", metadata: ["reason": "\(failed.message)"])
        }
        return answers
    }

    /// Why some engines did not do what they were asked, a line each; nil if all did.
    ///
    /// The status is theirs where they agree.
    static func failures<Answer>(of outcomes: [Outcome<Answer>]) -> RequestError? {
        let failures = outcomes.compactMap { outcome -> (String, RequestError)? in
            guard case .failure(let error) = outcome.result else { return nil }
            return (outcome.engine.name, error)
        }
        guard let first = failures.first else { return nil }
        if outcomes.count == 1 { return first.1 }
        let status = failures.allSatisfy { $0.1.status == first.1.status } ? first.1.status : 500
        return RequestError(status, failures.map { "\($0.0): \($0.1.message)" }.joined(separator: "\n"))
    }

    /// What an engine answers, read as JSON.
    func document(_ member: MemberEngine, _ call: EngineCall) async throws(RequestError) -> JSONValue {
        let reply = try await ask(member, call)
        do {
            return try JSONValue(parsing: reply.body)
        } catch {
            throw RequestError(502, "\(call.what): the engine's answer is no JSON: \(error)")
        }
    }

    /// The body of a request, read as a JSON object.
    func object(_ request: ManagerRequest) async throws(RequestError) -> JSONValue {
        let octets = try await request.body.collect(upTo: Self.bodyLimit)
        do {
            let value = try JSONValue(parsing: octets)
            if value.object != nil { return value }
        } catch {
            throw RequestError(400, "the body is no JSON: \(error)")
        }
        throw RequestError(400, "the body is no JSON object")
    }
}
