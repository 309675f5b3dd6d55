public import Logging
internal import NIOHTTP1
internal import Synchronization

/// A Docker engine: what it runs, and what happens there.
///
/// The version of the API is agreed on at the first call: the newest that both sides speak, from 1.24 on. Every call ends
/// within the deadlines of ``EngineLimits``, with an answer or a ``DockerError``; none is made twice but to ask.
public final class DockerEngine: Sendable {
    /// Where it answers.
    public let address: DockerAddress
    /// Waits and bounds.
    public let limits: EngineLimits
    let transport: EngineTransport
    let logger: Logger
    private let agreed = Mutex<APIVersion?>(nil)

    /// An engine; connects when it is first asked.
    ///
    /// Throws ``DockerError/Kind/invalid`` if a certificate file cannot be used.
    public init(
        _ address: DockerAddress, limits: EngineLimits = EngineLimits(), logger: Logger
    ) throws(DockerError) {
        self.address = address
        self.limits = limits
        self.logger = logger
        transport = try EngineTransport(address, limits: limits)
    }

    /// Whether it answers, and what it says of itself on the way.
    public func ping() async throws(DockerError) -> EnginePing {
        let answer = try await transport.send(EngineRequest(path: "/_ping", what: "ping", deadline: limits.ping))
        return EnginePing(
            apiVersion: answer.headers.first(name: "Api-Version").flatMap { APIVersion($0) },
            seconds: answer.headers.first(name: "Date").flatMap { HTTPDate.seconds($0) })
    }

    /// Its release.
    public func version() async throws(DockerError) -> EngineVersion {
        try await read(
            EngineRequest(path: "/version", what: "ask for the version", deadline: limits.ping), version: nil)
    }

    /// The host that it runs on, and how much runs there.
    public func info() async throws(DockerError) -> EngineInfo {
        try await call("/info", what: "ask about the host")
    }

    /// The API's version that is spoken with it; asks the engine if that is not yet agreed on.
    public func apiVersion() async throws(DockerError) -> APIVersion {
        if let known = agreed.withLock({ $0 }) { return known }
        // Engines before 1.13 say it in /version alone.
        var newest = try await ping().apiVersion
        if newest == nil { newest = try await version().apiVersion }
        guard let newest else {
            throw DockerError(
                .garbled, "docker: \(address): no API version in its answers: is an engine running there?")
        }
        guard let common = APIVersion.common(with: newest) else {
            throw DockerError(
                .invalid,
                "docker: \(address): the engine speaks API \(newest), this program \(APIVersion.oldest) or later: "
                    + "run Docker 1.12 or later there")
        }
        agreed.withLock { $0 = common }
        logger.debug("docker: API version agreed on", metadata: ["engine": "\(address)", "version": "\(common)"])
        return common
    }

    // MARK: Calls

    /// What the engine answers to `call`, whatever its status; it is made once, with the version that is agreed on.
    ///
    /// Throws ``DockerError`` where there is no whole answer in time.
    public func exchange(_ call: EngineCall) async throws(DockerError) -> EngineReply {
        let request = EngineRequest(
            method: HTTPMethod(rawValue: call.method), path: call.path, query: call.query, fields: call.fields,
            body: call.body, what: call.what, deadline: call.deadline ?? limits.answer)
        let version = try await apiVersion()
        let answer = try await transport.exchange(request, version: version)
        return EngineReply(
            status: answer.status, mediaType: answer.headers.first(name: "Content-Type"), body: answer.body)
    }

    /// What `path` answers.
    func call<Answer: EngineDocument>(
        _ path: String, query: [(name: String, value: String)] = [], what: String
    ) async throws(DockerError) -> Answer {
        let request = EngineRequest(path: path, query: query, what: what, deadline: limits.answer)
        return try await agreeing { (version) async throws(DockerError) in
            try await self.read(request, version: version)
        }
    }

    /// Runs `body` with the version of the API.
    ///
    /// Another engine may answer at the address from one call to the next: one that does not speak that version says so,
    /// and after a lost connection it is asked.
    func agreeing<Result>(
        _ body: (APIVersion) async throws(DockerError) -> Result
    ) async throws(DockerError) -> Result {
        var isSecond = false
        while true {
            let version = try await apiVersion()
            do {
                return try await body(version)
            } catch {
                let isOfVersion = error.status == 400 && error.message?.contains("client version") == true
                if isOfVersion || error.kind == .unreachable || error.kind == .lost { agreed.withLock { $0 = nil } }
                guard isOfVersion, !isSecond else { throw error }
                isSecond = true
            }
        }
    }

    private func read<Answer: EngineDocument>(
        _ request: EngineRequest, version: APIVersion?
    ) async throws(DockerError) -> Answer {
        let answer = try await transport.send(request, version: version)
        do {
            return try Answer(document: answer.body)
        } catch {
            let start = String(decoding: answer.body.prefix(100), as: UTF8.self)
            throw DockerError(
                .garbled, status: answer.status,
                "docker: \(request.what): \(address): not an engine's JSON: \(start.debugDescription)")
        }
    }
}
