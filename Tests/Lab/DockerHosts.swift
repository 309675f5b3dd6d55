import Foundation
import Glibc
import Synchronization

/// Real Docker engines on this machine, each on a host of its own: Tests/Lab/docker-hosts.sh.
///
/// ```swift
/// @Suite(.enabled(if: DockerHosts.isPossible, "namespaces take root"))
/// struct SomethingTests {
///     @Test func `a container is seen`() throws {
///         let lab = try DockerHosts(.init(), .init(release: .newer, labels: ["zone=b"]))
///         let host = lab[0]
///         try host.docker("run", "-d", "--name", "web", "-p", "8080:80", "lab:1")
///         // http://\(host.address):8080/cgi-bin/name answers with the container's host name.
///         let registrator = try host.begin(Repository.portico(), ["registrator", "consulkv://\(lab.address):8500/services"])
///         ...
///     }
/// }
/// ```
///
/// Two hosts take two to four seconds to start on an idle machine. The hosts go down with the last reference or
/// ``shutDown()``; when the test process dies, whatever the way, a keeper notices and takes them down. Labs of several
/// processes, or of several tests in one, do not see each other: each locks a number L and has 10.99.L.0/24. At the start
/// what is left of labs whose keeper died too is cleared. A process of the host that should be reachable from here
/// listens at its ``DockerHost/address``; a server of the test that should be reachable from hosts and their containers
/// listens at ``address`` or at 0.0.0.0, for 127.0.0.1 is another one there.
///
/// Every engine has the image `lab:1` and no way to a registry: a static busybox whose command serves port 80
/// (`EXPOSE 80`), `/` with "lab" and `/cgi-bin/name` with the container's host name. Tag it (`docker tag lab:1
/// registry:5000/team/app:1.2`) for other names, override its command (`lab:1 sleep 1000`), and give it `--health-cmd`,
/// `--expose`, `-e` and `--label` as the test needs.
public final class DockerHosts: Sendable {
    /// Which engine a host has.
    public enum Release: Sendable {
        /// The system's: on Debian bookworm 20.10, API 1.41.
        case system
        /// `PORTICO_DOCKER`, a folder, else the one that Tests/Lab/get-docker.sh unpacked: 26.1, API 1.45.
        case newer
    }

    /// What a host is like.
    public struct Settings: Sendable {
        /// Its engine.
        public var release: Release
        /// `name=value`, without blanks.
        public var labels: [String]
        /// Makes a folder with `ca.pem`, `server.pem` and `server.key` for a host of this address.
        ///
        /// The engine speaks TLS then, and asks its clients for certificates.
        public var certificates: (@Sendable (_ address: String) throws -> String)?
        /// Further options of dockerd, without blanks.
        public var options: [String]

        /// A host with the system's engine, over plain TCP, unless said otherwise.
        public init(
            release: Release = .system, labels: [String] = [],
            certificates: (@Sendable (_ address: String) throws -> String)? = nil, options: [String] = []
        ) {
            self.release = release
            self.labels = labels
            self.certificates = certificates
            self.options = options
        }
    }

    /// Whether this process may make namespaces; where it may, the lab has to work.
    public static let isPossible: Bool =
        geteuid() == 0
        && (try? Command.run("unshare", ["--net", "--mount", "--pid", "--fork", "true"]))?.isSuccess == true

    /// The hosts, number 1 first.
    public let hosts: [DockerHost]
    /// This machine's address as hosts and their containers see it.
    public let address: String
    private let environment: [String: String]
    private let lock: Lock

    /// Starts one host for each of `settings`, at most 9, and waits until their engines answer.
    public convenience init(_ settings: Settings...) throws {
        try self.init(each: settings)
    }

    /// Starts one host for each of `settings`, at most 9, and waits until their engines answer.
    public init(each settings: [Settings]) throws {
        guard Self.isPossible else { throw LabError("the lab's hosts need root and the right to make namespaces") }
        try Self.run(["sweep"], environment: [:])
        let lock = try Lock()
        self.lock = lock
        var environment = ["LAB": "\(lock.number)", "LAB_DIR": lock.folder, "LAB_LOCK": lock.file]
        for (index, host) in settings.enumerated() {
            if host.release == .newer { environment["LAB_RELEASE_\(index + 1)"] = try Self.newerRelease() }
            environment["LAB_LABELS_\(index + 1)"] = host.labels.joined(separator: " ")
            environment["LAB_OPTIONS_\(index + 1)"] = host.options.joined(separator: " ")
            environment["LAB_TLS_\(index + 1)"] = try host.certificates?("10.99.\(lock.number).\(index + 11)") ?? ""
        }
        self.environment = environment
        self.address = "10.99.\(lock.number).1"
        self.hosts = settings.enumerated().map { index, host in
            DockerHost(
                number: index + 1, address: "10.99.\(lock.number).\(index + 11)",
                socket: "\(lock.folder)/\(index + 1)/docker.sock", isSecure: host.certificates != nil,
                environment: environment)
        }
        do {
            try Self.run(["up", "\(settings.count)"], environment: environment)
        } catch {
            self.shutDown()
            throw error
        }
    }

    deinit {
        self.shutDown()
    }

    /// The host of this index: 0 is host number 1.
    public subscript(index: Int) -> DockerHost { self.hosts[index] }

    /// Takes all hosts down and removes what they left; a second call does nothing.
    public func shutDown() {
        self.lock.release {
            do {
                try Self.run(["down"], environment: self.environment)
            } catch {
                FileHandle.standardError.write(Data("lab \(self.lock.number) stays up: \(error)\n".utf8))
            }
        }
    }

    static let script = "\(Repository.root)/Tests/Lab/docker-hosts.sh"

    @discardableResult
    static func run(_ arguments: [String], environment: [String: String]) throws -> String {
        let outcome = try Command.run(self.script, arguments, environment: environment, within: .seconds(180))
        guard outcome.isSuccess else {
            throw LabError("docker-hosts.sh \(arguments.joined(separator: " ")): \(outcome.text)")
        }
        return outcome.text
    }

    private static func newerRelease() throws -> String {
        let given = ProcessInfo.processInfo.environment["PORTICO_DOCKER"]
        let folder = given ?? "\(Repository.root)/.build/lab/docker"
        guard FileManager.default.isExecutableFile(atPath: "\(folder)/usr/sbin/dockerd") else {
            throw LabError("no \(folder)/usr/sbin/dockerd: run Tests/Lab/get-docker.sh, or set PORTICO_DOCKER")
        }
        return folder
    }
}

extension DockerHosts {
    /// A number that no other lab of this machine has, for as long as this process lives or until it is given up.
    private final class Lock: Sendable {
        let number: Int
        private let descriptor: Mutex<Int32?>

        static let folder = "/var/tmp/portico-lab"
        var file: String { "\(self.folder).lock" }
        var folder: String { "\(Self.folder)/\(self.number)" }

        /// Takes the first free number.
        init() throws {
            try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
            for number in 0..<64 {
                let file = unsafe open("\(Self.folder)/\(number).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
                guard file >= 0 else { throw Socket.failure("open \(Self.folder)/\(number).lock") }
                if flock(file, LOCK_EX | LOCK_NB) == 0 {
                    self.number = number
                    self.descriptor = Mutex(file)
                    return
                }
                close(file)
            }
            throw LabError("64 labs are up on this machine: is one left? See docker-hosts.sh sweep")
        }

        /// Runs `body` and gives the number up, the first time.
        func release(after body: () -> Void) {
            let file = self.descriptor.withLock { descriptor in
                defer { descriptor = nil }
                return descriptor
            }
            guard let file else { return }
            body()
            close(file)
        }
    }
}
