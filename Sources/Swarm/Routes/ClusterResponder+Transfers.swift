internal import DockerEngine

/// Images that all engines get at once.
extension ClusterResponder {
    /// How long an engine may say nothing while it gets an image: it unpacks a large layer in silence.
    private static var transferSilence: Duration { .seconds(600) }

    /// `POST /images/create`: from a registry, or from the body or elsewhere.
    func createImage(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let query = request.path.query
        if let source = query["fromSrc"], !source.isEmpty {
            return try take(request, isSent: source == "-", what: "import an image")
        }
        guard let name = query["fromImage"], !name.isEmpty else {
            throw RequestError(400, "an image is made fromImage=NAME or fromSrc=- or fromSrc=URL")
        }
        let tag = query["tag"] ?? ""
        let shown = tag.isEmpty ? name : "\(name)\(tag.contains(":") ? "@" : ":")\(tag)"
        let call = transfer(request, what: "pull \(shown)")
        return try told { (engine, report, _) async throws(RequestError) in
            let title = "Pulling \(shown)..."
            try await tell(report, title, engine)
            do throws(RequestError) {
                try await follow(engine, call, body: nil) { _ in }
            } catch {
                try await tell(report, "\(title) : \(error.message)", engine)
                throw error
            }
            await engine.member.refreshImages()
            try await tell(report, "\(title) : downloaded", engine)
        }
    }

    /// `POST /images/load`.
    func loadImages(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        try take(request, isSent: true, what: "load images")
    }

    /// What the client sends goes to all engines; their progress is the client's.
    private func take(
        _ request: ManagerRequest, isSent: Bool, what: String
    ) throws(RequestError) -> ManagerReply {
        let call = transfer(request, what: what)
        return try told(sending: isSent ? request.body : nil) { (engine, report, body) async throws(RequestError) in
            do throws(RequestError) {
                try await follow(engine, call, body: body) { line in
                    var line = line
                    let id = line["id"].text.map { " \($0)" } ?? ""
                    line["id"] = .string(engine.name + id)
                    try await report.tell(line)
                }
            } catch {
                try await tell(report, "Loading Image... : \(error.message)", engine)
                throw error
            }
            await engine.member.refreshImages()
        }
    }

    private func transfer(_ request: ManagerRequest, what: String) -> EngineCall {
        let passed = ["x-registry-auth", "x-registry-config", "content-type", "content-encoding"]
        return EngineCall(
            "POST", request.path.path, query: request.path.items,
            fields: request.fields.filter { passed.contains($0.name.lowercased()) }, what: what,
            deadline: Self.transferSilence, version: APIVersion(request.path.version))
    }

    // MARK: Telling

    /// Has all engines do something, and tells the client how they get on and, at the end, whether one has failed.
    ///
    /// - Parameter sent: what goes to each of them.
    private func told(
        sending sent: (any RequestBody)? = nil,
        _ body: @escaping @Sendable (Reachable, ProgressReport, EngineBody?) async throws(RequestError) -> Void
    ) throws(RequestError) -> ManagerReply {
        let engines = try allReachable()
        return .stream(ManagerAnswer(json: [])) { writer in
            let report = ProgressReport(writer)
            let fanOut = BodyFanOut(readers: engines.count)
            let numbers = Dictionary(uniqueKeysWithValues: engines.enumerated().map { ($1.engine.address, $0) })
            async let fed: Void = feed(fanOut, sent)
            // Each has to read from the beginning on.
            let outcomes = await broadcast(to: engines, width: engines.count) { engine in
                let number = numbers[engine.engine.address] ?? 0
                defer { fanOut.leave(number) }
                try await whileAnswering(engine) {
                    try await body(engine, report, sent == nil ? nil : EngineBody(fanOut.pieces(number)))
                }
            }
            await fed
            if let message = Self.lastWords(outcomes) { try await report.fail(message) }
        }
    }

    private func feed(_ fanOut: BodyFanOut, _ sent: (any RequestBody)?) async {
        if let sent { await fanOut.feed(sent) }
    }

    private func tell(_ report: ProgressReport, _ status: String, _ engine: Reachable) async throws(RequestError) {
        do {
            try await report.tell(status, of: engine.name)
        } catch {
            throw RequestError(500, "the client has gone")
        }
    }

    /// What the client is told last: why it has failed; nil if it has not.
    ///
    /// Images are of one system, and a cluster may have engines of several: those it is not for do not count.
    private static func lastWords(_ outcomes: [Outcome<Void>]) -> String? {
        let failures = outcomes.compactMap { outcome -> String? in
            if case .failure(let error) = outcome.result { error.message } else { nil }
        }
        let isOfSystem = failures.allSatisfy { $0.contains("image operating system") }
        return failures.count < outcomes.count && isOfSystem ? nil : failures.first
    }

    /// Has an engine do what is asked, and hands on what it says of its progress.
    private func follow(
        _ engine: Reachable, _ call: EngineCall, body: EngineBody?,
        _ tell: @Sendable (JSONValue) async throws -> Void
    ) async throws(RequestError) {
        func take(_ line: JSONValue) async throws(RequestError) {
            if let message = line["errorDetail"]["message"].text ?? line["error"].text {
                throw RequestError(500, message)
            }
            do {
                try await tell(line)
            } catch {
                throw RequestError(500, "the client has gone")
            }
        }
        do {
            let stream = try await engine.member.open(call, body: body, silence: Self.transferSilence)
            guard stream.isSuccess else { throw RequestError(try await stream.whole()) }
            var lines = ProgressLines()
            for try await octets in stream.octets {
                for line in try lines.take(octets) { try await take(line) }
            }
            if let line = lines.end() { try await take(line) }
        } catch let error as DockerError {
            throw RequestError(error, engine: engine.engine.address)
        } catch let error as RequestError {
            throw error
        } catch {
            throw RequestError(500, "\(call.what): \(error)")
        }
    }
}
