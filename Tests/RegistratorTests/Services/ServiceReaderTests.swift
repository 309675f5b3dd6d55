@testable import DockerEngine
import Testing

@testable import Registrator

/// Portico's own layout and rules.
struct ServiceReaderTests {
    @Test(arguments: [
        ("--name a -p 1:80 lab:1", "lab-80/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 -e SERVICE_80_NAME=s lab:1", "s-80/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 53:53/udp x/dns", "dns-53/dh1:a:53:udp = 10.99.0.11:53"),
        ("--name a -p 1:80 -e SERVICE_IGNORE=false lab:1", "lab-80/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 -e SERVICE_IGNORE=true lab:1", ""),
        ("--name a -p 1:80 sha256:0123", "a-80/dh1:a:80 = 10.99.0.11:1"),
    ])
    func `the service's name has its port, always`(_ command: String, _ tree: String) {
        #expect(Tree.text(command, .made()) == tree)
    }

    @Test(arguments: ["a/b", "a\u{7F}b"])
    func `a name that no key can have is left out and told`(_ name: String) {
        let reading = ServiceReader(.made()).read(
            RunCommand.container("--name a -p 1:80 -e SERVICE_NAME=\(name) lab:1"))
        #expect(reading.services.isEmpty)
        #expect(reading.notices.contains { $0.isProblem && $0.text.contains(name) })
    }

    @Test func `a container that only asks for its host by label is opted in or out`() {
        let rules = ServiceRules.made { $0.isOptIn = true }
        #expect(Tree.text("--name a -p 1:80 lab:1", rules) == "")
        #expect(Tree.text("--name a -p 1:80 -l portico.enable=false lab:1", rules) == "")
        #expect(Tree.text("--name a -p 1:80 -l portico.enable=True lab:1", rules) == "lab-80/dh1:a:80 = 10.99.0.11:1")
        #expect(Tree.text("--name a -p 1:80 -l traefik.enable=true lab:1", rules) == "lab-80/dh1:a:80 = 10.99.0.11:1")
        let both = "-l traefik.enable=true -l portico.enable=false"
        #expect(Tree.text("--name a -p 1:80 \(both) lab:1", rules) == "")
    }

    // MARK: Addresses

    @Test func `what is published on a loopback address is not told to others`() {
        let command = "--name a -p 127.0.0.1:8090:80 lab:1"
        #expect(Tree.text(command, .made()) == "")
        #expect(Tree.text(command, .made { $0.isAddressForced = true }) == "")
        let here = ServiceRules.made { $0.hostAddress = "127.0.0.1" }
        #expect(Tree.text(command, here) == "lab-80/dh1:a:80 = 127.0.0.1:8090")
    }

    @Test func `an address of the host that a port is published on is told`() {
        let command = "--name a -p 10.1.0.7:8090:80 lab:1"
        #expect(Tree.text(command, .made()) == "lab-80/dh1:a:80 = 10.1.0.7:8090")
        #expect(Tree.text(command, .made { $0.isAddressForced = true }) == "lab-80/dh1:a:80 = 10.99.0.11:8090")
    }

    /// In three networks, the second of which it was started in.
    private static var networked: ContainerDetails {
        var container = RunCommand.container("--name a -p 1:80 --net front lab:1")
        container.networks["back"] = NetworkAttachment(networkID: "n-back", address: "172.19.0.2")
        container.networks["bridge"] = NetworkAttachment(networkID: "n-bridge", address: "172.17.0.2")
        container.bridgeAddress = "172.17.0.2"
        container.networks["front"]?.address6 = "2001:db8::2"
        return container
    }

    @Test(arguments: [
        ("", false, "10.99.0.11:1"), ("", true, "172.18.0.2:80"), ("back", false, "172.19.0.2:80"),
        ("back", true, "172.19.0.2:80"), ("bridge", true, "172.17.0.2:80"),
    ])
    func `the network that was chosen, or the one that it was started in`(
        _ network: String, _ isInternal: Bool, _ address: String
    ) {
        let rules = ServiceRules.made {
            $0.network = network
            $0.isInternal = isInternal
        }
        #expect(Tree.text([Self.networked], rules) == "lab-80/dh1:a:80 = \(address)")
    }

    @Test func `a container chooses its network, for one port or for all`() {
        var container = Self.networked
        container.exposedPorts.append(ContainerPort(81))
        container.ports[ContainerPort(81)] = []
        container.labels = ["SERVICE_NETWORK": "back", "SERVICE_81_NETWORK": "front"]
        #expect(
            Tree.text([container], .made()) == "lab-80/dh1:a:80 = 172.19.0.2:80\nlab-81/dh1:a:81 = 172.18.0.2:81")
    }

    @Test func `a network that it is not in is a problem, not another address`() {
        let reading = ServiceReader(.made { $0.network = "web" }).read(Self.networked)
        #expect(reading.services.isEmpty)
        #expect(reading.notices.map(\.text) == ["port 80: it is not in network web, but in back, bridge, front"])
    }

    @Test func `IPv6 where it is preferred and there is some`() {
        let rules = ServiceRules.made {
            $0.family = .ipv6
            $0.isInternal = true
        }
        #expect(Tree.text([Self.networked], rules) == "lab-80/dh1:a:80 = [2001:db8::2]:80")
        #expect(Tree.text("--name b lab:1", rules) == "lab-80/dh1:b:80 = 172.17.0.2:80")
        var container = RunCommand.container("--name a lab:1")
        container.ports[ContainerPort(80)] = [
            PortBinding(address: "10.1.0.7", port: 1), PortBinding(address: "2001:db8::7", port: 2),
        ]
        #expect(Tree.text([container], .made { $0.family = .ipv6 }) == "lab-80/dh1:a:80 = [2001:db8::7]:2")
        #expect(Tree.text([container], .made()) == "lab-80/dh1:a:80 = 10.1.0.7:1")
    }

    @Test func `who shares a container's network is where that one is published`() {
        let carrier = RunCommand.container("--name pod -p 1:80 lab:1", number: 1)
        let member = RunCommand.container("--name m --net container:\(carrier.id) lab:1", number: 2)
        let outside = ServiceReader(.made()).read(member, carrier: carrier)
        #expect(Tree.text(outside.services) == "lab-80/dh1:m:80 = 10.99.0.11:1")
        let inside = ServiceReader(.made { $0.isInternal = true }).read(member, carrier: carrier)
        #expect(Tree.text(inside.services) == "lab-80/dh1:m:80 = 172.17.0.2:80")
        let host = RunCommand.container("--name pod --net host lab:1", number: 1)
        let onHost = ServiceReader(.made { $0.isInternal = true }).read(member, carrier: host)
        #expect(Tree.text(onHost.services) == "lab-80/dh1:m:80 = 10.99.0.11:80")
    }

    @Test func `no address is no service`() {
        let reading = ServiceReader(.made { $0.hostAddress = "" }).read(RunCommand.container("--name a -p 1:80 lab:1"))
        #expect(reading.services.isEmpty)
        #expect(reading.notices.map(\.text) == ["port 80 has no address"])
    }

    @Test func `tags keep their order`() throws {
        let template = try TagTemplate("t1,t2")
        let container = RunCommand.container("--name a -p 1:80 -e SERVICE_TAGS=a,b lab:1")
        let services = ServiceReader(.made { $0.tags = template }).read(container).services
        #expect(services.map(\.tags) == [["a", "b", "t1", "t2"]])
    }
}
