import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests {
    /// What clients see of faults, and for how long.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct Faults {
        /// Faults with their times, beside what was recorded of classic Docker Swarm.
        private struct Table {
            private var rows: [[String]] = [["fault", "what is seen", "after", "classic Swarm"]]

            mutating func note(_ fault: String, _ what: String, _ after: Duration, classic: String) {
                self.rows.append([fault, what, String(format: "%.1f s", after.inSeconds), classic])
            }

            func show() {
                let widths = (0..<4).map { column in self.rows.map { $0[column].count }.max() ?? 0 }
                for row in self.rows {
                    print(
                        zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
                            .joined(separator: "  "))
                }
            }
        }

        /// Asks for lists all the time, and keeps how long the slowest took.
        private final class Watcher: Sendable {
            private let state = Guarded(
                (slowest: Duration.zero, failures: [String](), isStopping: false, isDone: false))

            init(_ manager: SwarmManager) {
                let thread = Thread { [state] in
                    while !state.read({ $0.isStopping }) {
                        let begin = ContinuousClock.now
                        let outcome = Result {
                            try manager.request("/v1.40/containers/json?all=1", within: .seconds(30))
                        }
                        let time = ContinuousClock.now - begin
                        state.change { state in
                            state.slowest = max(state.slowest, time)
                            switch outcome {
                            case .success(let answer) where answer.status == 200: break
                            case .success(let answer): state.failures.append("\(answer.status) \(answer.text)")
                            case .failure(let error): state.failures.append("\(error)")
                            }
                        }
                        Deadline.after(.milliseconds(20)).pass()
                    }
                    state.change { $0.isDone = true }
                }
                thread.start()
            }

            func stop() throws -> (slowest: Duration, failures: [String]) {
                self.state.change { $0.isStopping = true }
                let seen = self.state.wait(until: .after(.seconds(60))) {
                    $0.isDone ? ($0.slowest, $0.failures) : nil
                }
                guard let seen else { throw LabError("a list does not end") }
                return seen
            }
        }

        private static func time(_ body: () throws -> Void) rethrows -> Duration {
            let begin = ContinuousClock.now
            try body()
            return ContinuousClock.now - begin
        }

        @Test func `a host that fails is seen, its containers move, and it comes back`() throws {
            var table = Table()
            let lab = try SwarmLab()
            let manager = try lab.manager()
            try manager.waitUntilReady()
            let session = SwarmSession(lab, manager)
            let names = lab.hosts.hosts.map(SwarmSession.name)
            func isWell(_ host: Int) throws -> Bool { try manager.states()[names[host]] == "Healthy" }
            func place(_ name: String) throws -> String {
                try session.run("docker ps --filter name=\(name)$ --format '{{.Names}} {{.Status}}'").joined()
            }
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
            let id = "docker inspect -f '{{index .Config.Labels \"com.docker.swarm.id\"}}' moves"
            let swarmID = try session.run(id)

            // Its power is cut: connections are refused, or nobody answers for the address.
            try lab.hosts[1].crash()
            var watcher = Watcher(manager)
            let crashed = try Self.time {
                try manager.wait(within: .seconds(60), until: "dh2 down") { try !isWell(1) }
            }
            let moved = try Self.time {
                try manager.wait(within: .seconds(60), until: "the container elsewhere") {
                    try place("moves").hasPrefix("dh3/moves Up")
                }
            }
            var seen = try watcher.stop()
            #expect(seen.failures.isEmpty)
            table.note("host without power", "not Healthy", crashed, classic: "15 to 20 s")
            table.note("", "its container runs elsewhere", crashed + moved, classic: "15 to 20 s")
            table.note("", "the slowest docker ps meanwhile", seen.slowest, classic: "hangs")
            #expect(crashed < .seconds(20))
            #expect(try session.run(id) == swarmID)
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
            let returned = try Self.time {
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

            // Its cable is pulled: nothing comes back, not even a refusal.
            watcher = Watcher(manager)
            try lab.hosts[2].cut()
            let cut = try Self.time {
                try manager.wait(within: .seconds(90), until: "dh3 down") { try !isWell(2) }
            }
            let again = try Self.time {
                try manager.wait(within: .seconds(60), until: "the container elsewhere again") {
                    try place("moves").hasPrefix("dh2/moves Up")
                }
            }
            seen = try watcher.stop()
            #expect(seen.failures.isEmpty)
            table.note("host cut off", "not Healthy", cut, classic: "60 s")
            table.note("", "its container runs elsewhere", cut + again, classic: "60 s")
            table.note("", "the slowest docker ps meanwhile", seen.slowest, classic: "hangs")
            #expect(cut <= .seconds(20))
            let asked = try Self.time { _ = try session.run("docker run -d -e constraint:node==dh3 lab:1") }
            table.note("", "docker run there is refused", asked, classic: "3 s, or hangs")
            try lab.hosts[2].mend()
            let mended = try Self.time {
                try manager.wait(within: .seconds(90), until: "dh3 back") { try isWell(2) }
            }
            table.note("its cable is back", "Healthy", mended, classic: "4 s")
            try manager.wait(until: "one of it again") {
                try session.run("docker ps -a --format '{{.Names}}' | grep -c moves") == ["1"]
            }
            #expect(try place("moves").hasPrefix("dh2/moves Up"))

            // Its engine is frozen: connections are taken, and nothing is answered.
            watcher = Watcher(manager)
            try lab.hosts[0].freeze()
            let frozen = try Self.time {
                try manager.wait(within: .seconds(120), until: "dh1 down") { try !isWell(0) }
            }
            seen = try watcher.stop()
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
            let thawed = try Self.time {
                try manager.wait(within: .seconds(120), until: "dh1 back") { try isWell(0) }
            }
            table.note("engine thawed", "Healthy", thawed, classic: "not recorded")

            // An agent that is killed, and one that is told to end.
            try lab.agent(of: lab.hosts[0]).kill()
            let lapsed = try Self.time {
                try manager.wait(within: .seconds(60), until: "two engines") { try manager.states().count == 2 }
            }
            table.note("agent killed, --ttl=20s", "its engine is no longer listed", lapsed, classic: "ttl")
            try lab.agent(of: lab.hosts[1]).signal(SIGTERM)
            let left = try Self.time {
                try manager.wait(within: .seconds(60), until: "one engine") { try manager.states().count == 1 }
            }
            table.note("agent ended by SIGTERM", "its engine is no longer listed", left, classic: "ttl")
            #expect(left < .seconds(10))
            table.show()
        }

        @Test func `a manager that fails is followed by another, and the store may go`() throws {
            var table = Table()
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
                try Self.time {
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
