import Foundation
import Lab
import Testing

/// Hosts that fail one after the other, on a cluster with a manager and a container that may move.
final class HostFaults {
    private(set) var table = FaultTable()
    private let lab: SwarmLab
    private let manager: SwarmManager
    private let session: SwarmSession
    private let names: [String]
    private let swarmID: [String]

    private static let swarmID =
        "docker inspect -f '{{index .Config.Labels \"com.docker.swarm.id\"}}' moves"

    /// A cluster of three with containers on the second.
    init() throws {
        let lab = try SwarmLab()
        let manager = try lab.manager()
        try manager.waitUntilReady()
        let session = SwarmSession(lab, manager)
        try session.follow(
            """
            $ docker run -d --name moves -e 'constraint:node!=dh1' -e constraint:node==~dh2 -e reschedule:on-node-failure -p 83:80 lab:1
            <id>
            $ docker run -d --name stays -e constraint:node==dh2 lab:1
            <id>
            $ docker run -d --name pinned -e constraint:node==dh2 -e reschedule:on-node-failure lab:1
            <id>
            $ docker run -d -e reschedule:bogus lab:1
            docker: Error response from daemon: invalid reschedule policy: bogus
            [rc=125]
            """)
        self.lab = lab
        self.manager = manager
        self.session = session
        self.names = lab.hosts.hosts.map(SwarmSession.name)
        self.swarmID = try session.run(Self.swarmID)
    }

    private func isWell(_ host: Int) throws -> Bool { try manager.states()[names[host]] == "Healthy" }

    private func place(_ name: String) throws -> String {
        try session.run("docker ps --filter name=\(name)$ --format '{{.Names}} {{.Status}}'").joined()
    }

    /// Has a fault befall a host, and notes when it is seen and when the container that may move runs elsewhere.
    private func lose(
        _ host: Int, _ fault: String, to other: String, within limit: Duration, classic: String,
        _ befall: () throws -> Void
    ) throws {
        let watcher = ListWatcher(manager)
        try befall()
        let lost = try FaultTable.time {
            try manager.wait(within: limit, until: "\(names[host]) down") { try !isWell(host) }
        }
        let moved = try FaultTable.time {
            try manager.wait(within: .seconds(60), until: "the container elsewhere") {
                try place("moves").hasPrefix("\(other)/moves Up")
            }
        }
        let seen = try watcher.stop()
        #expect(seen.failures.isEmpty)
        table.note(fault, "not Healthy", lost, classic: classic)
        table.note("", "its container runs elsewhere", lost + moved, classic: classic)
        table.note("", "the slowest docker ps meanwhile", seen.slowest, classic: "hangs")
        #expect(lost < .seconds(20))
    }

    /// The second one's power is cut: connections are refused, or nobody answers for the address; then it is back.
    func cutPower() throws {
        try lose(1, "host without power", to: "dh3", within: .seconds(60), classic: "15 to 20 s") {
            try lab.hosts[1].crash()
        }
        #expect(try session.run(Self.swarmID) == swarmID)
        try session.follow(
            """
            $ curl -s http://10.99.0.13:83/
            lab
            $ docker ps -a --format '{{.Names}} {{.Status}}' | grep 'Host Down' | sort
            dh2/pinned Host Down
            dh2/stays Host Down
            $ docker logs stays
            <any>Container stays running on unhealthy node dh2
            [rc=1]
            $ docker ps --format '{{.Names}}'
            dh3/moves
            """)
        try lab.hosts[1].start()
        try lab.join(lab.hosts[1])
        let returned = try FaultTable.time {
            try manager.wait(within: .seconds(90), until: "dh2 back") { try isWell(1) }
        }
        table.note("its power is back", "Healthy, and the moved container is there once", returned, classic: "5 s")
        try manager.wait(until: "one of it") {
            try session.run("docker ps -a --format '{{.Names}}' | grep -c moves") == ["1"]
        }
        #expect(try place("moves").hasPrefix("dh3/moves Up"))
        #expect(try lab.hosts[1].docker("ps", "-a", "--format", "{{.Names}}").contains("moves") == false)
        // And a container that ended with its host is not listed as one that runs.
        try manager.wait(until: "the end of stays listed") {
            try session.run("docker ps -a --filter name=stays --format '{{.Status}}'").joined().hasPrefix("Exited")
        }
    }

    /// The third one's cable is pulled: nothing comes back, not even a refusal; then it is back.
    func pullCable() throws {
        try lose(2, "host cut off", to: "dh2", within: .seconds(90), classic: "60 s") {
            try lab.hosts[2].cut()
        }
        let asked = try FaultTable.time { _ = try session.run("docker run -d -e constraint:node==dh3 lab:1") }
        table.note("", "docker run there is refused", asked, classic: "3 s, or hangs")
        try lab.hosts[2].mend()
        let mended = try FaultTable.time {
            try manager.wait(within: .seconds(90), until: "dh3 back") { try isWell(2) }
        }
        table.note("its cable is back", "Healthy", mended, classic: "4 s")
        try manager.wait(until: "one of it again") {
            try session.run("docker ps -a --format '{{.Names}}' | grep -c moves") == ["1"]
        }
        #expect(try place("moves").hasPrefix("dh2/moves Up"))
    }

    /// The first one's engine is frozen: connections are taken, and nothing is answered; then it is back.
    func freezeEngine() throws {
        let watcher = ListWatcher(manager)
        try lab.hosts[0].freeze()
        let frozen = try FaultTable.time {
            try manager.wait(within: .seconds(120), until: "dh1 down") { try !isWell(0) }
        }
        let seen = try watcher.stop()
        #expect(seen.failures.isEmpty)
        table.note("engine frozen", "not Healthy", frozen, classic: "not recorded")
        table.note("", "the slowest docker ps meanwhile", seen.slowest, classic: "not recorded")
        #expect(seen.slowest < .seconds(5))
        try session.follow(
            """
            $ docker run -d --name meanwhile lab:1
            <id>
            $ docker ps --filter name=meanwhile --format '{{.Names}}' | grep -c dh1
            0
            [rc=1]
            """)
        try lab.hosts[0].thaw()
        let thawed = try FaultTable.time {
            try manager.wait(within: .seconds(120), until: "dh1 back") { try isWell(0) }
        }
        table.note("engine thawed", "Healthy", thawed, classic: "not recorded")
    }

    /// An agent is killed, and one is told to end.
    func endAgents() throws {
        try lab.agent(of: lab.hosts[0]).kill()
        let lapsed = try FaultTable.time {
            try manager.wait(within: .seconds(60), until: "two engines") { try manager.states().count == 2 }
        }
        table.note("agent killed, --ttl=20s", "its engine is no longer listed", lapsed, classic: "ttl")
        try lab.agent(of: lab.hosts[1]).signal(SIGTERM)
        let left = try FaultTable.time {
            try manager.wait(within: .seconds(60), until: "one engine") { try manager.states().count == 1 }
        }
        table.note("agent ended by SIGTERM", "its engine is no longer listed", left, classic: "ttl")
        #expect(left < .seconds(10))
    }
}
