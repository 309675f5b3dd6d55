import CLinux
import Foundation
import Synchronization

/// Many engines in this process, each at an address of its own on loopback, that speak as much of the Docker API as a
/// manager of a cluster asks for: for a cluster that is larger than the machine, and for faults on demand.
///
/// ```swift
/// let engines = try FakeEngines(count: 1_000, containers: 30)
/// // portico swarm manage ... \(engines.url)
/// engines.fail(17, .hang)
/// engines.fail(18, .slow(.seconds(3)), on: "/json")
/// engines.heal(17)
/// ```
///
/// Their documents are a real engine's (26.1, API 1.45), with containers that are only written down: one is made, started,
/// stopped and removed, tells events, and runs nothing. One thread serves all, and costs what the answers' octets cost.
public final class FakeEngines: Sendable {
    /// Where they listen, `127.77.0.1:PORT` and so on.
    public let addresses: [String]
    private let engines: Mutex<[FakeEngine]>
    private let script = Mutex<Script?>(nil)
    private let loop: FakeEngineLoop

    /// Starts engines called fake1 and so on.
    ///
    /// - Parameters:
    ///   - containers: how many each has from the start, all of them running; a third publish a port.
    ///   - labels: of the engine of this index.
    public init(
        count: Int, containers: Int = 0, processors: Int = 4, memoryBytes: Int64 = 16 << 30,
        labels: (Int) -> [String] = { _ in [] }
    ) throws {
        let descriptors = Int(portico_raise_file_limit())
        guard descriptors > 6 * count + 256 else {
            throw LabError("\(count) engines take more than \(descriptors) open files: ulimit -Hn")
        }
        let documents = try EngineDocuments()
        let host = String(decoding: documents.hostConfig.filled([:]), as: UTF8.self)
        let engines = (0..<count).map { index in
            var engine = FakeEngine(
                number: index + 1, labels: labels(index), processors: processors, memoryBytes: memoryBytes,
                documents: documents)
            for number in 0..<containers {
                engine.prepare(number, name: "c\(index + 1)-\(number + 1)", host: host)
            }
            return engine
        }
        self.engines = Mutex(engines)
        let port = try FreePort.next()
        let hosts = (0..<count).map { "127.77.\($0 / 250).\($0 % 250 + 1)" }
        self.addresses = hosts.map { "\($0):\(port)" }
        self.loop = try FakeEngineLoop(hosts: hosts, port: port)
        self.loop.start { [weak self] engine, request in
            self?.answer(request, at: engine) ?? (.done, [], nil)
        }
    }

    deinit {
        self.loop.stop()
    }

    /// `nodes://` and all addresses.
    public var url: String { "nodes://\(self.addresses.joined(separator: ","))" }

    // MARK: - Faults

    /// Has an engine misbehave from now on.
    ///
    /// - Parameter path: a part of the paths that it misbehaves at; all of them if empty.
    public func fail(_ index: Int, _ fault: FakeFault, on path: String = "") {
        self.engines.withLock { $0[index].fault = (fault, path) }
        if fault == .refuse { self.loop.order(.close(index)) }
    }

    /// Has an engine behave again.
    public func heal(_ index: Int) {
        self.engines.withLock { $0[index].fault = nil }
        self.loop.order(.open(index))
    }

    /// What an engine answers to a call in place of what it would; nil for what it would.
    public typealias Script = @Sendable (_ index: Int, _ request: FakeRequest) -> (status: Int, text: String)?

    /// Has engines answer by a script what it knows of.
    public func play(_ script: @escaping Script) { self.script.withLock { $0 = script } }

    // MARK: - What they have and saw

    /// Names of an engine's containers.
    public func containers(of index: Int) -> [String] {
        self.engines.withLock { $0[index].containers.values.map(\.name).sorted() }
    }

    /// How many containers all engines have.
    public var containerCount: Int { self.engines.withLock { $0.reduce(0) { $0 + $1.containers.count } } }

    /// Calls that an engine has got: `GET /containers/ID/json` and so on, and how many.
    public func calls(of index: Int) -> [String: Int] { self.engines.withLock { $0[index].calls } }

    /// Connections that are open to an engine.
    public func connections(of index: Int) -> Int { self.loop.connections(of: index) }

    private func answer(
        _ request: FakeRequest, at index: Int
    ) -> (reply: FakeReply, news: [[UInt8]], fault: FakeFault?) {
        let script = self.script.withLock(\.self)
        return self.engines.withLock { engines in
            let parts = request.path.split(separator: "/").map { $0.utf8.count == 64 ? "ID" : String($0) }
            engines[index].calls["\(request.method) /\(parts.joined(separator: "/"))", default: 0] += 1
            let fault = engines[index].fault.flatMap { fault in
                fault.path.isEmpty || request.path.contains(fault.path) ? fault.kind : nil
            }
            if fault == .hang { return (.done, [], .hang) }
            if case .failing(let status) = fault {
                return (.error(status, "this engine fails on purpose"), [], fault)
            }
            let scripted = script?(index, request).map { FakeReply.document($0.text, status: $0.status) }
            let reply = scripted ?? engines[index].answer(request)
            defer { engines[index].news = [] }
            return (reply, engines[index].news, fault)
        }
    }
}
