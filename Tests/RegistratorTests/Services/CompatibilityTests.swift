import DockerEngine
import Testing

@testable import Registrator

/// gliderlabs' registrator as it was recorded, and as its source has it.
struct CompatibilityTests {
    @Test func `published ports are what was recorded`() {
        #expect(
            Tree.text(RecordedSession.containers, .compatible { $0.isAddressForced = true })
                == RecordedSession.published)
    }

    @Test func `the containers' own addresses are what was recorded`() {
        #expect(Tree.text(RecordedSession.containers, .compatible { $0.isInternal = true }) == RecordedSession.internal)
    }

    @Test func `explicit ones are what was recorded`() {
        let rules = ServiceRules.compatible {
            $0.isAddressForced = true
            $0.isExplicit = true
        }
        #expect(Tree.text(RecordedSession.containers, rules) == RecordedSession.explicit)
    }

    @Test func `tags come from behind, those of the command line after them`() throws {
        let template = try TagTemplate("t1,t2")
        let rules = ServiceRules.compatible { $0.tags = template }
        let command = "--name a -p 1:80 -p 53:53/udp -e SERVICE_TAGS=a,b,,c\\,d lab:1"
        let services = ServiceReader(rules).read(RunCommand.container(command)).services
        #expect(services.map(\.tags) == [["c,d", "b", "a", "t2", "t1", "udp"], ["c,d", "b", "a", "t2", "t1"]])
    }

    @Test func `metadata is what is left, by names in lower case`() {
        let command =
            "--name a -p 1:80 -e SERVICE_NAME=n -e SERVICE_TAGS=t -e SERVICE_ID=i -e SERVICE_Region=eu -e SERVICE_80_WEIGHT=3 "
            + "-e SERVICE_WEIGHT=2 -e SERVICE_81_X=y -e service_y=z lab:1"
        let services = ServiceReader(.compatible()).read(RunCommand.container(command)).services
        #expect(services.map(\.metadata) == [["region": "eu", "weight": "3"]])
    }

    @Test(arguments: [
        // Several ports make a group, also of one number, unless a port has a name of its own.
        (
            "--name a -p 53:53 -p 53:53/udp x/dns:2",
            "dns-53/dh1:a:53 = 10.99.0.11:53\ndns-53/dh1:a:53:udp = 10.99.0.11:53"
        ),
        (
            "--name a -p 1:80 -p 2:81 -e SERVICE_NAME=s lab:1",
            "s-80/dh1:a:80 = 10.99.0.11:1\ns-81/dh1:a:81 = 10.99.0.11:2"
        ),
        (
            "--name a -p 1:80 -p 2:81 -e SERVICE_80_NAME=s lab:1",
            "lab-81/dh1:a:81 = 10.99.0.11:2\ns/dh1:a:80 = 10.99.0.11:1"
        ),
        // An empty name is none; labels win; ports beat.
        ("--name a -p 1:80 -e SERVICE_NAME= lab:1", "lab/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 -e SERVICE_NAME=e -l SERVICE_NAME=l lab:1", "l/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 -e SERVICE_80_NAME=e -l SERVICE_NAME=l lab:1", "e/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 -e SERVICE_080_NAME=e lab:1", "lab/dh1:a:80 = 10.99.0.11:1"),
        // Anything ignores.
        ("--name a -p 1:80 -e SERVICE_IGNORE=false lab:1", ""),
        ("--name a -p 1:80 -e SERVICE_IGNORE= lab:1", "lab/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 registry:5000/team/app:1.2", "app/dh1:a:80 = 10.99.0.11:1"),
    ])
    func `names and groups`(_ command: String, _ tree: String) {
        #expect(Tree.text(command, .compatible()) == tree)
    }

    @Test(arguments: [
        // A digest is no part of the name.
        ("--name a -p 1:80 team/app@sha256:0123", false, "app/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 team/app:1@sha256:0123", false, "app/dh1:a:80 = 10.99.0.11:1"),
        // A network's address does not go with the host's port.
        ("--name a -p 1:80 --net mine lab:1", false, "lab/dh1:a:80 = 10.99.0.11:1"),
        ("--name a -p 1:80 --net mine lab:1", true, "lab/dh1:a:80 = 172.18.0.2:80"),
        // The host's network has the host's address.
        ("--name a --net host lab:1", true, "lab/dh1:a:80 = 10.99.0.11:80"),
        // One ID for two transports.
        (
            "--name a -p 53:53 -p 53:53/udp -e SERVICE_53_ID=i -e SERVICE_80_IGNORE=1 lab:1", false,
            "lab-53/i = 10.99.0.11:53\nlab-53/i:udp = 10.99.0.11:53"
        ),
        // No network, no address.
        ("--name a --net none lab:1", false, ""),
        ("--name a --net none lab:1", true, ""),
    ])
    func `its bugs are mended`(_ command: String, _ isInternal: Bool, _ tree: String) {
        #expect(Tree.text(command, .compatible { $0.isInternal = isInternal }) == tree)
    }

    @Test func `all addresses of IPv6 are all addresses`() {
        var container = RunCommand.container("--name a lab:1")
        container.ports[ContainerPort(80)] = [PortBinding(address: "::", port: 8080)]
        #expect(Tree.text([container], .compatible()) == "lab/dh1:a:80 = 10.99.0.11:8080")
    }

    @Test func `who shares a container's network has its address, before all others`() {
        let carrier = RunCommand.container("--name pod -p 1:80 lab:1", number: 1)
        let member = RunCommand.container("--name m --net container:\(carrier.id) -l ip=10.1.1.1/24 lab:1", number: 2)
        let rules = ServiceRules.compatible {
            $0.isAddressForced = true
            $0.addressLabel = "ip"
        }
        let services = ServiceReader(rules).read(member, carrier: carrier).services
        #expect(Tree.text(services) == "lab/dh1:m:80 = 172.17.0.2:80")
        #expect(ServiceReader(rules).read(member).services.isEmpty)
    }

    @Test(arguments: [("10.1.1.1/24", "10.1.1.1"), ("10.1.1.2", "10.1.1.2"), ("", "10.99.0.11")])
    func `an address stands in a label`(_ label: String, _ address: String) {
        let rules = ServiceRules.compatible {
            $0.isAddressForced = true
            $0.addressLabel = "ip"
        }
        #expect(Tree.text("--name a -p 1:80 -l ip=\(label) lab:1", rules) == "lab/dh1:a:80 = \(address):1")
    }

    @Test func `what the edge is told stays out`() {
        let command = "--name a -p 1:80 -e VIRTUAL_HOST=shop.example.com -l portico.enable=false lab:1"
        #expect(Tree.text(command, .compatible()) == "lab/dh1:a:80 = 10.99.0.11:1")
    }
}
