import Foundation
import Lab
import Testing

@testable import DockerEngine

@Suite struct ContainerDetailsTests {
    private static func read(_ json: String) throws -> ContainerDetails {
        try ContainerDetails(document: Array(json.utf8))
    }

    @Test func `an answer of API 1-24 is read`() throws {
        let container = try Self.read(
            #"""
            {"Id":"abc","Name":"/web","State":{"Status":"running","Running":true,"Paused":false,"ExitCode":0,
            "Health":{"Status":"starting","FailingStreak":0,"Log":[]}},"HostConfig":{"NetworkMode":"default"},
            "Config":{"Hostname":"abc1","Image":"team/app:1","Env":["A=1","SERVICE_NAME=x"],"Labels":{"a":"b"},
            "ExposedPorts":{"80/tcp":{},"53/udp":{},"9000-9002/tcp":{}}},
            "NetworkSettings":{"IPAddress":"172.17.0.2","Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],
            "53/udp":null,"9000/tcp":[]},"Networks":{"bridge":{"NetworkID":"n1","IPAddress":"172.17.0.2",
            "GlobalIPv6Address":"fd00::2","Aliases":null}}}}
            """#)
        #expect(container.id == "abc")
        #expect(container.name == "web")
        #expect(container.image == "team/app:1")
        #expect(container.hostname == "abc1")
        #expect(container.environment == ["A=1", "SERVICE_NAME=x"])
        #expect(container.labels == ["a": "b"])
        #expect(
            container.exposedPorts == [
                ContainerPort(53, .udp), ContainerPort(80), ContainerPort(9000), ContainerPort(9001),
                ContainerPort(9002),
            ])
        #expect(
            container.ports == [
                ContainerPort(80): [PortBinding(address: "0.0.0.0", port: 8080)], ContainerPort(53, .udp): [],
                ContainerPort(9000): [],
            ])
        #expect(container.networkMode == "default")
        #expect(container.bridgeAddress == "172.17.0.2")
        #expect(
            container.networks == [
                "bridge": NetworkAttachment(networkID: "n1", address: "172.17.0.2", address6: "fd00::2")
            ])
        #expect(container.state == ContainerState(status: "running", health: .starting))
    }

    @Test func `what newer engines dropped, leave out or say null for is empty`() throws {
        let container = try Self.read(
            #"""
            {"Id":"abc","Name":"/web","State":{"Status":"exited","Running":false,"ExitCode":137,"Health":null},
            "HostConfig":null,"Config":{"Image":"app","Env":null,"Labels":null,"ExposedPorts":null},
            "NetworkSettings":{"Ports":null,"Networks":{"back":{"NetworkID":"n2","IPAddress":"","Aliases":["db"],
            "DNSNames":["web","db","abc"]},"gone":null}}}
            """#)
        #expect(
            container
                == ContainerDetails(
                    id: "abc", name: "web", image: "app", networkMode: "",
                    networks: ["back": NetworkAttachment(networkID: "n2", aliases: ["db", "web", "abc"])],
                    state: ContainerState(status: "exited", isRunning: false, exitCode: 137),
                    document: container.document))
        #expect(try Self.read(#"{"Id":"x"}"#).state == ContainerState(status: "", isRunning: false))
    }

    @Test func `a field of another type costs that field alone`() throws {
        let container = try Self.read(
            #"""
            {"Id":"abc","Name":7,"State":{"Status":"running","Running":"yes","ExitCode":"x","Health":{"Status":"odd"}},
            "Config":{"Env":{"A":"1"},"Labels":["a"],"Image":"app","ExposedPorts":{"0/tcp":{},"x":{},"70000":{},
            "80/quic":{},"9-8/tcp":{},"443":{}}},"NetworkSettings":{"Ports":{"443/tcp":[{"HostPort":"x"},
            {"HostPort":"0"},{"HostIp":"::","HostPort":"443"}],"y":[]}}}
            """#)
        #expect(container.image == "app")
        #expect(container.environment.isEmpty && container.labels.isEmpty && container.name.isEmpty)
        #expect(container.exposedPorts == [ContainerPort(443)])
        #expect(container.ports == [ContainerPort(443): [PortBinding(address: "::", port: 443)]])
        #expect(container.state == ContainerState(status: "running", isRunning: false))
    }

    @Test(arguments: ["", "null", "[]", "{}", #"{"Id":7}"#, #"{"Id":"a""#, "<html>"])
    func `what is no container is an error`(json: String) {
        #expect(throws: (any Error).self) { try Self.read(json) }
    }

    @Test func `ranges of ports have a bound`() throws {
        let ranges = (1...400).map { #""\#($0)-65535/tcp":{}"# }.joined(separator: ",")
        let container = try Self.read(#"{"Id":"a","Config":{"ExposedPorts":{\#(ranges)}}}"#)
        #expect(container.exposedPorts.count <= 65_535)
    }

    @Test func `a mangled answer is read or refused`() throws {
        let whole = Array(
            #"""
            {"Id":"abc","Name":"/web","State":{"Status":"running","Running":true,"Health":{"Status":"healthy"}},
            "HostConfig":{"NetworkMode":"default"},"Config":{"Env":["A=1"],"Labels":{"a":"b\u00e9"},
            "ExposedPorts":{"80-90/tcp":{}}},"NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},
            "Networks":{"bridge":{"IPAddress":"172.17.0.2","Aliases":["x"]}}}}
            """#.utf8)
        var generator = SeededGenerator(seed: 24)
        var readable = 0
        for _ in 0..<3000 {
            var octets = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: octets.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: octets.remove(at: place)
                default: octets.insert(octets[Int.random(in: octets.indices, using: &generator)], at: place)
                }
            }
            if (try? ContainerDetails(document: octets)) != nil { readable += 1 }
        }
        #expect(readable > 0 && readable < 3000)
    }

    @Test func `a list is read, its strangers left out`() throws {
        let json = #"""
            [{"Id":"a","Names":["/web","/db/web"],"Image":"app:1","State":"running","Status":"Up 2 minutes (healthy)",
            "Labels":{"x":"y"},"Created":1700000000,"Ports":[{"PrivatePort":80}]},{"Id":"b","Names":null,"Labels":null},{}]
            """#
        let list = try ContainerSummary.List(document: Array(json.utf8)).elements
        #expect(
            list == [
                ContainerSummary(
                    id: "a", names: ["web", "db/web"], image: "app:1", status: "Up 2 minutes (healthy)",
                    labels: ["x": "y"], created: 1_700_000_000),
                ContainerSummary(id: "b", names: [], state: ""),
            ])
        #expect(try ContainerSummary.List(document: Array("null".utf8)).elements.isEmpty)
        #expect(throws: (any Error).self) { try ContainerSummary.List(document: Array("{}".utf8)) }
    }
}
