import DockerEngine
import Lab
import Testing

@Suite struct DockerAddressTests {
    @Test(arguments: [
        ("", "unix:///var/run/docker.sock"),
        ("unix://", "unix:///var/run/docker.sock"),
        ("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock"),
        ("tcp://10.0.0.5:2375", "tcp://10.0.0.5:2375"),
        ("tcp://10.0.0.5", "tcp://10.0.0.5:2375"),
        ("tcp://", "tcp://localhost:2375"),
        ("tcp://:1234", "tcp://localhost:1234"),
        ("10.0.0.5:2375", "tcp://10.0.0.5:2375"),
        (":2375", "tcp://localhost:2375"),
        ("TCP://Host.example:99/", "tcp://Host.example:99"),
        ("tcp://[fd00::5]:2375", "tcp://[fd00::5]:2375"),
        ("tcp://[fd00::5]", "tcp://[fd00::5]:2375"),
        ("http://proxy:80/docker/one/", "tcp://proxy:80/docker/one"),
    ])
    func `addresses are read as the docker command reads them`(text: String, meaning: String) throws {
        let address = try DockerAddress(text)
        #expect(address.description == meaning)
        #expect(address.tls == nil)
    }

    @Test func `TLS is spoken where it is asked for, and the port goes with it`() throws {
        let tls = DockerTLS(authority: "/c/ca.pem")
        #expect(try DockerAddress("tcp://h", tls: tls) == DockerAddress(.network(host: "h", port: 2376), tls: tls))
        #expect(try DockerAddress("https://h:1") == DockerAddress(.network(host: "h", port: 1), tls: DockerTLS()))
        #expect(try DockerAddress("https://h:1", tls: tls).tls == tls)
        #expect(try DockerAddress("http://h:1", tls: tls).tls == nil)
        #expect(try DockerAddress("unix:///s", tls: tls).tls == nil)
    }

    @Test(arguments: [
        ("ssh://me@host", "ssh:// cannot be spoken here"),
        ("npipe:////./pipe/docker_engine", "npipe:// cannot be spoken here"),
        ("udp://h:1", "no scheme udp://"),
        ("unix://relative", "absolute"),
        ("unix:///\(String(repeating: "x", count: 107))", "107 octets"),
        ("tcp://h:0", "tcp://HOST:PORT"),
        ("tcp://h:65536", "tcp://HOST:PORT"),
        ("tcp://h:", "tcp://HOST:PORT"),
        ("tcp://h:1:2", "tcp://HOST:PORT"),
        ("tcp://[fd00::5", "[IPV6]:PORT"),
        ("tcp://[x]:1", "[IPV6]:PORT"),
        ("tcp://a b:1", "tcp://HOST:PORT"),
        ("tcp://me@h:1", "tcp://HOST:PORT"),
        ("tcp://h:1/a?b", "letters, digits"),
    ])
    func `what is no address is refused with what would be right`(text: String, advice: String) {
        let error = #expect(throws: DockerError.self) { try DockerAddress(text, source: "DOCKER_HOST") }
        #expect(error?.kind == .invalid)
        #expect(error?.description.hasPrefix("DOCKER_HOST: \(text): ") == true)
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
    }

    @Test func `addresses of any octets are read or refused`() {
        var generator = SeededGenerator(seed: 5)
        let parts = [
            "unix", "tcp", "https", "://", "/", ":", "[", "]", "::", "1", "65536", "é", "\0", " ", "@", "%", "h",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                parts.randomElement(using: &generator) ?? ""
            }.joined()
            guard let address = try? DockerAddress(text) else { continue }
            let again = try? DockerAddress(address.description)
            #expect(again?.location == address.location && again?.path == address.path, "\(text.debugDescription)")
        }
    }

    @Test func `the environment is read as the docker command reads it`() throws {
        let folder = try ScratchFolder()
        #expect(try DockerAddress.inEnvironment([:]) == DockerAddress(.unix(path: "/var/run/docker.sock")))
        #expect(
            try DockerAddress.inEnvironment([:], standard: "unix:///tmp/docker.sock").description
                == "unix:///tmp/docker.sock")
        #expect(try DockerAddress.inEnvironment(["DOCKER_HOST": "tcp://h:5"]).description == "tcp://h:5")
        // Certificates alone turn nothing on.
        #expect(try DockerAddress.inEnvironment(["DOCKER_HOST": "tcp://h", "DOCKER_CERT_PATH": "/c"]).tls == nil)

        var environment = ["DOCKER_HOST": "tcp://h", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": folder.path]
        var error = #expect(throws: DockerError.self) { try DockerAddress.inEnvironment(environment) }
        #expect(error?.description.contains("\(folder.path)/ca.pem: no such file") == true)
        try folder.write("ca.pem", "")
        #expect(
            try DockerAddress.inEnvironment(environment)
                == DockerAddress(.network(host: "h", port: 2376), tls: DockerTLS(authority: "\(folder.path)/ca.pem")))
        try folder.write("cert.pem", "")
        error = #expect(throws: DockerError.self) { try DockerAddress.inEnvironment(environment) }
        #expect(error?.description.contains("\(folder.path)/key.pem: no such file") == true)
        try folder.write("key.pem", "")
        #expect(try DockerAddress.inEnvironment(environment).tls?.key == "\(folder.path)/key.pem")

        environment["DOCKER_TLS_VERIFY"] = ""
        #expect(try DockerAddress.inEnvironment(environment).tls == nil)
        environment["DOCKER_TLS"] = "1"
        #expect(try DockerAddress.inEnvironment(environment).tls?.isVerified == false)
        environment["DOCKER_HOST"] = "unix:///run/docker.sock"
        #expect(try DockerAddress.inEnvironment(environment).tls == nil)
        environment["DOCKER_HOST"] = "tcp://h:x"
        error = #expect(throws: DockerError.self) { try DockerAddress.inEnvironment(environment) }
        #expect(error?.description.hasPrefix("DOCKER_HOST: tcp://h:x") == true)
    }

    @Test func `a certificate file that is none is named`() throws {
        let folder = try ScratchFolder()
        let file = try folder.write("ca.pem", "no certificate")
        let address = try DockerAddress("tcp://h", tls: DockerTLS(authority: file))
        let error = #expect(throws: DockerError.self) { try DockerEngine(address, logger: Engines.quiet) }
        #expect(error?.kind == .invalid)
        #expect(error?.description.contains("\(file): not readable") == true)
    }
}
