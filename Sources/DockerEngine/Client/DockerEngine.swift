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
    private let agreed = Mutex<Agreement?>(nil)

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
        let version: EngineVersion = try await read(
            EngineRequest(path: "/version", what: "ask for the version", deadline: limits.ping), version: nil)
        agreed.withLock { $0?.oldest = version.oldestAPIVersion ?? .oldest }
        return version
    }

    /// The host that it runs on, and how much runs there.
    public func info() async throws(DockerError) -> EngineInfo {
        try await call("/info", what: "ask about the host")
    }

    /// The API's version that is spoken with it; asks the engine if that is not yet agreed on.
    public func apiVersion() async throws(DockerError) -> APIVersion {
        try await agreement().spoken
    }

    /// The version to make a call in: what whoever asks for it speaks, if the engine does, else the nearest that it speaks.
    public func apiVersion(nearest wanted: APIVersion?) async throws(DockerError) -> APIVersion {
        var agreement = try await agreement()
        guard let wanted, wanted != agreement.spoken else { return agreement.spoken }
        if agreement.oldest == nil { agreement.oldest = try await version().oldestAPIVersion ?? .oldest }
        let oldest = min(agreement.oldest ?? .oldest, agreement.newest)
        return wanted.clamped(to: oldest...agreement.newest)
    }

    /// What was found out about the engine's versions.
    private struct Agreement {
        /// What is spoken with it.
        var spoken: APIVersion
        /// Its newest.
        var newest: APIVersion
        /// Its oldest; nil before it was asked for.
        var oldest: APIVersion?
    }

    private func agreement() async throws(DockerError) -> Agreement {
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
        let agreement = Agreement(spoken: common, newest: newest)
        agreed.withLock { $0 = agreement }
        logger.debug("docker: API version agreed on", metadata: ["engine": "\(address)", "version": "\(common)"])
        return agreement
    }

    // MARK: Calls

    /// What `path` answers.
    func call<Answer: EngineDocument>(
        _ path: String, query: [(name: String, value: String)] = [], what: String
    ) async throws(DockerError) -> Answer {
        let request = EngineRequest(path: path, query: query, what: what, deadline: limits.answer)
        return try await agreeing { (version) async throws(DockerError) in
            try await self.read(request, version: version)
        }
    }

    /// Runs `body` with the version of the API, or with what the engine speaks that is nearest to `wanted`.
    ///
    /// Another engine may answer at the address from one call to the next: one that does not speak that version says so,
    /// and after a lost connection it is asked.
    func agreeing<Result>(
        nearest wanted: APIVersion? = nil, _ body: (APIVersion) async throws(DockerError) -> Result
    ) async throws(DockerError) -> Result {
        var isSecond = false
        while true {
            let version = try await apiVersion(nearest: wanted)
            do {
                return try await body(version)
            } catch {
                let isOfVersion = Self.isOfVersion(error)
                if isOfVersion || error.kind == .unreachable || error.kind == .lost { forgetVersion() }
                guard isOfVersion, !isSecond else { throw error }
                isSecond = true
            }
        }
    }

    /// Whether the engine refused a call for its version, and so has not looked at the rest.
    static func isOfVersion(_ error: DockerError) -> Bool {
        error.status == 400 && error.message?.contains("client version") == true
    }

    /// Asks for the versions anew before the next call.
    func forgetVersion() {
        agreed.withLock { $0 = nil }
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
