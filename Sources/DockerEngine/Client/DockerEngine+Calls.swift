internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

extension DockerEngine {
    /// What the engine answers to `call`, whatever its status.
    ///
    /// It is made once, but for one that the engine refuses for its version alone. Throws ``DockerError`` where there is no
    /// whole answer in time.
    public func exchange(_ call: EngineCall) async throws(DockerError) -> EngineReply {
        let request = request(call)
        let answer = try await repeating(nearest: call.version) { (version, isLast) async throws(DockerError) in
            let answer = try await self.transport.exchange(request, version: version)
            if !isLast { try self.refuseVersion(answer, request) }
            return answer
        }
        return EngineReply(
            status: answer.status, mediaType: answer.headers.first(name: "Content-Type"), body: answer.body)
    }

    /// What the engine answers to `call`, whatever its status, as it comes.
    ///
    /// Returns when the answer's head is here. It is made once, as ``exchange(_:)`` has it.
    ///
    /// - Parameters:
    ///   - body: what is sent in place of the call's own body. While it goes on, the call's deadline begins anew.
    ///   - silence: how long the answer may pause; nil: for ever.
    public func open(
        _ call: EngineCall, body: EngineBody? = nil, silence: Duration? = nil
    ) async throws(DockerError) -> EngineStream {
        let request = request(call)
        let response = try await repeating(
            nearest: call.version
        ) { (version, isLast) async throws(DockerError) -> HTTPClientResponse in
            let response = try await self.transport.start(request, body: body, version: version)
            // What is sent bit by bit cannot be sent again.
            guard response.status == .badRequest, body == nil, !isLast else { return response }
            let answer = try await self.transport.collect(response, request)
            try self.refuseVersion(answer, request)
            return HTTPClientResponse(
                status: response.status, headers: response.headers, body: .bytes(.init(bytes: answer.body)))
        }
        return EngineStream(
            status: Int(response.status.code), mediaType: response.headers.first(name: "Content-Type"),
            octets: EngineOctets(body: response.body, what: call.what, transport: transport, silence: silence))
    }

    private func request(_ call: EngineCall) -> EngineRequest {
        EngineRequest(
            method: HTTPMethod(rawValue: call.method), path: call.path, query: call.query, fields: call.fields,
            body: call.body, what: call.what, deadline: call.deadline ?? limits.answer)
    }

    /// Throws if the engine does not speak the version that it was asked in.
    private func refuseVersion(_ answer: EngineAnswer, _ request: EngineRequest) throws(DockerError) {
        guard answer.status == 400 else { return }
        let error = transport.refusal(answer, request)
        if Self.isOfVersion(error) { throw error }
    }

    /// ``agreeing(nearest:_:)`` for what tells itself whether it is made for the last time.
    private func repeating<Result>(
        nearest wanted: APIVersion?, _ body: (APIVersion, _ isLast: Bool) async throws(DockerError) -> Result
    ) async throws(DockerError) -> Result {
        var tries = 0
        return try await agreeing(nearest: wanted) { (version) async throws(DockerError) in
            tries += 1
            return try await body(version, tries > 1)
        }
    }
}
