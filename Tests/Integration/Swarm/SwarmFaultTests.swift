import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests {
    /// What clients see of faults, and for how long.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct Faults {
        @Test func `a host that fails is seen, its containers move, and it comes back`() throws {
            let hosts = try HostFaults()
            try hosts.cutPower()
            try hosts.pullCable()
            try hosts.freezeEngine()
            try hosts.endAgents()
            hosts.table.show()
        }

        @Test func `a manager that fails is followed by another, and the store may go`() throws {
            var table = FaultTable()
            let lab = try SwarmLab()
            let here = try lab.manager(["--replication"])
            try here.waitUntilReady()
            try here.wait(until: "the primary") { try here.role() == "primary" }
            let there = try lab.manager(["--replication"], on: lab.hosts[2])
            try there.waitUntilReady()
            #expect(try there.role() == "replica of \(here.address)")
            let session = SwarmSession(lab, there)
            // A replica hands all on, streams too.
            try session.follow(
                """
                $ docker run -d --name via -e constraint:node==dh1 lab:1
                <id>
                $ docker exec via hostname
                <short>
                $ echo through | docker exec -i via cat
                through
                $ docker exec -i via sh -c 'exit 7'
                [rc=7]
                $ echo piped | docker run -i --rm -e constraint:node==dh1 lab:1 cat
                piped
                $ docker ps --format '{{.Names}}'
                dh1/via
                $ docker info 2>/dev/null | grep -cE 'Role: replica|Primary: '
                2
                """)
            func takesOver(_ manager: SwarmManager, within duration: Duration) throws -> Duration {
                try FaultTable.time {
                    try manager.wait(within: duration, until: "\(manager.address) the primary, and working") {
                        try manager.role() == "primary"
                            && manager.request("/v1.40/containers/json").text.contains("/via")
                    }
                }
            }
            // The replica is here when the other is the primary, for a kill and for an order.
            try here.kill()
            let killed = try takesOver(there, within: .seconds(60))
            table.note("primary killed, --replication-ttl=20s", "another answers", killed, classic: "15 to 23 s")
            #expect(killed <= .seconds(22))
            try here.start()
            try here.waitUntilReady()
            try here.wait(until: "a replica") { try here.role() == "replica of \(there.address)" }
            try there.child.signal(SIGTERM)
            let ended = try takesOver(here, within: .seconds(60))
            table.note("primary ended by SIGTERM", "another answers", ended, classic: "16 s")
            #expect(ended < .seconds(1))
            #expect(try there.child.waitForEnd() == .exited(0))
            try there.start()
            try there.wait(until: "a replica") { try there.role() == "replica of \(here.address)" }
            try here.terminate()
            _ = try takesOver(there, within: .seconds(10))
            try here.start()
            try here.wait(until: "a replica") { try here.role() == "replica of \(there.address)" }
            try here.waitUntilReady()

            // The primary is cut off, and a host with it.
            try lab.hosts[2].cut()
            let cut = try takesOver(here, within: .seconds(60))
            table.note("primary cut off", "another answers", cut, classic: "not recorded")
            #expect(cut <= .seconds(22))
            try SwarmSession(lab, here).follow(
                """
                $ docker run -d --name after -e constraint:node==dh1 lab:1
                <id>
                """)
            try lab.hosts[2].mend()
            try there.wait(within: .seconds(60), until: "a replica") {
                try there.role() == "replica of \(here.address)"
            }
            try here.waitUntilReady()

            // The store is away for a while: engines are the same, and so is the primary when it is back.
            try lab.consul.stop()
            let watched = Deadline.after(.seconds(3))
            while !watched.hasPassed {
                #expect(try here.request("/v1.40/containers/json").text.contains("/after"))
                #expect(try here.states().count == 3)
            }
            let start = ContinuousClock.now
            try lab.consul.start()
            try here.wait(within: .seconds(60), until: "one primary") {
                let roles = try [here.role(), there.role()]
                return roles == ["primary", "replica of \(here.address)"]
                    || roles == ["replica of \(there.address)", "primary"]
            }
            try here.wait(within: .seconds(60), until: "a container made") {
                try session.run("docker run -d -e constraint:node==dh1 lab:1").joined().count == 64
            }
            table.note(
                "store away and back", "one primary, which schedules", ContinuousClock.now - start, classic: "120 s")
            try here.waitUntilReady()
            table.show()
        }
    }
}
