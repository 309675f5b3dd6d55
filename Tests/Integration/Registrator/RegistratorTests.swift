import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// `portico registrator` on a real engine, with a real Consul.
    @Suite(.serialized, .enabled(if: DockerHosts.isPossible, "namespaces take root"))
    struct RegistratorTests {
        /// The containers of the sessions that gliderlabs' registrator was recorded in.
        private static let commands = [
            "--name single -p 8081:80 lab:1",
            "--name multi -p 8082:80 -p 8443:443 -p 53:53/udp lab:1",
            "--name labelled -p 8083:80 -e SERVICE_NAME=web -e SERVICE_TAGS=a,b -e SERVICE_ID=web-id lab:1",
            "--name labels -p 8084:80 -l SERVICE_NAME=shop -l SERVICE_TAGS=v1 -l SERVICE_WEIGHT=3 lab:1",
            "--name perport -p 8085:80 -p 8086:443 -e SERVICE_80_NAME=http -e SERVICE_443_NAME=https "
                + "-e SERVICE_443_ID=sslid -e SERVICE_80_TAGS=x -e SERVICE_80_CHECK_HTTP=/index.html lab:1",
            "--name ignored -p 8087:80 -e SERVICE_IGNORE=1 lab:1",
            "--name ignport -p 8088:80 -p 8089:81 -e SERVICE_81_IGNORE=1 lab:1",
            "--name hostip -p 127.0.0.1:8090:80 lab:1",
            "--name noports --label x=y lab:1",
            "--name hostnet --net host -e SERVICE_NAME=hn lab:1",
        ]

        /// What it made of them, as it was recorded.
        private static let recorded = [
            "hn/dh1:hostnet:80 = IP:80", "http/dh1:perport:80 = IP:8085", "https/sslid = IP:8086",
            "lab-443/dh1:multi:443 = IP:8443", "lab-53/dh1:multi:53:udp = IP:53", "lab-80/dh1:ignport:80 = IP:8088",
            "lab-80/dh1:multi:80 = IP:8082", "lab/dh1:hostip:80 = IP:8090", "lab/dh1:single:80 = IP:8081",
            "shop/dh1:labels:80 = IP:8084", "web/web-id = IP:8083",
        ]

        @Test(arguments: [DockerHosts.Release.system, .newer])
        func `the tree is gliderlabs', through stops, kills, pauses and removals`(
            _ release: DockerHosts.Release
        ) throws {
            let lab = try RegistratorLab(release)
            let address = lab.host.address
            let registrator = try lab.registrator(["-compat", "-ip", address])
            for command in Self.commands { try lab.run(command) }
            func tree(without names: [String] = []) -> String {
                Self.recorded.filter { line in !names.contains { line.contains(":\($0):") || line.hasPrefix($0) } }
                    .joined(separator: "\n").replacingOccurrences(of: "IP", with: address)
            }
            try lab.wait(for: tree(), registrator)
            try lab.host.docker("stop", "-t", "1", "single")
            try lab.host.docker("kill", "multi")
            try lab.host.docker("pause", "labels")
            try lab.host.docker("rm", "-f", "labelled")
            try lab.wait(for: tree(without: ["single", "multi", "web"]), registrator)
            try lab.host.docker("start", "single")
            try lab.host.docker("unpause", "labels")
            try lab.wait(for: tree(without: ["multi", "web"]), registrator)
            // Its keys stay when it ends.
            registrator.signal(SIGTERM)
            #expect(try registrator.waitForEnd() == .exited(0))
            #expect(try lab.tree() == tree(without: ["multi", "web"]))
        }

        @Test func `what changed while nobody looked is put right, and no more is written than that`() throws {
            let lab = try RegistratorLab()
            let flags = ["-ip", lab.host.address, "-keep"]
            let first = try lab.registrator(flags)
            try lab.run("--name aa -p 8081:80 lab:1")
            try lab.run("--name bb -p 8082:80 lab:1")
            try lab.wait(for: "\(lab.entry("aa", 8081))\n\(lab.entry("bb", 8082))", first)
            try lab.consul.api.put("services/lab-80/dh2:z:80", "10.0.0.9:80")
            try first.kill()
            try lab.host.docker("rm", "-f", "aa")
            try lab.run("--name cc -p 8083:80 lab:1")
            let second = try lab.registrator(flags)
            let other = "lab-80/dh2:z:80 = 10.0.0.9:80"
            try lab.wait(for: "\(lab.entry("bb", 8082))\n\(lab.entry("cc", 8083))\n\(other)", second)
            second.signal(SIGTERM)
            #expect(try second.waitForEnd() == .exited(0))
            #expect(try lab.tree() == "\(lab.entry("bb", 8082))\n\(lab.entry("cc", 8083))\n\(other)")
            // And at an end in order this host's entries go, nobody else's.
            let third = try lab.registrator(["-ip", lab.host.address])
            try third.waitForLine("the containers") { $0.contains("2 containers run") }
            third.signal(SIGTERM)
            #expect(try third.waitForEnd() == .exited(0))
            #expect(try lab.tree() == other)
        }

        @Test func `an entry is gone before its container stops answering`() throws {
            let lab = try RegistratorLab()
            let registrator = try lab.registrator(["-ip", lab.host.address])
            // It takes three seconds to end, and answers meanwhile.
            try lab.host.docker(
                "run", "-d", "--name", "slow", "-p", "8081:80", "--stop-timeout", "30", "lab:1", "sh", "-c",
                "trap 'sleep 3; exit 0' TERM; httpd -f -p 80 -h /www & while :; do sleep 1 & wait $!; done")
            try lab.wait(for: lab.entry("slow", 8081), registrator)
            let stop = try ChildProcess("docker", ["-H", "unix://\(lab.host.socket)", "stop", "slow"])
            try lab.wait(for: "", registrator, within: .seconds(30))
            let state = try lab.host.docker("inspect", "-f", "{{.State.Running}}", "slow")
            #expect(state.contains("true"))
            #expect(try stop.waitForEnd(within: .seconds(60)) == .exited(0))
        }

        @Test func `containers are served as soon as they run, and replaced under load without a failed request`()
            throws
        {
            let lab = try RegistratorLab()
            let registrator = try lab.registrator(["-ip", lab.host.address])
            let edge = try EdgeProcess(store: "consul://127.0.0.1:\(lab.consul.port)")
            var times: [Duration] = []
            for number in 1...9 {
                let name = "app\(number)"
                try lab.run("--name \(name) --hostname \(name) -p \(8100 + number):80 -l SERVICE_NAME=\(name) lab:1")
                let begin = ContinuousClock.now
                try registrator.wait(within: .seconds(60), until: "\(name) served") {
                    (try? edge.client.get("/cgi-bin/name", host: "\(name).test"))?.text.contains(name) == true
                }
                times.append(ContinuousClock.now - begin)
            }
            print("a container that runs to its first answer at the edge: \(times.sorted()[times.count / 2])")

            let callers = (0..<3).map { _ in Caller(edge.client, host: "app1.test") }
            for number in 1...4 {
                let name = "next\(number)"
                try lab.run("--name \(name) --hostname \(name) -p \(8200 + number):80 -l SERVICE_NAME=app1 lab:1")
                try registrator.wait(within: .seconds(60), until: "\(name) served") {
                    try edge.client.get("/cgi-bin/name", host: "app1.test").text.contains(name)
                }
                try lab.host.docker("stop", "-t", "1", number == 1 ? "app1" : "next\(number - 1)")
                try callers[0].wait(for: 50)
            }
            for caller in callers {
                let failures = try caller.stop()
                #expect(failures.isEmpty)
            }
        }

        @Test func `a store that comes back empty has everything again within a refresh`() throws {
            let lab = try RegistratorLab()
            let registrator = try lab.registrator(["-ip", lab.host.address, "-ttl", "20", "-ttl-refresh", "2"])
            try lab.run("--name aa -p 8081:80 lab:1")
            try lab.wait(for: lab.entry("aa", 8081), registrator)
            try lab.consul.stop()
            try lab.run("--name bb -p 8082:80 lab:1")
            try lab.consul.start()
            try lab.wait(for: "\(lab.entry("aa", 8081))\n\(lab.entry("bb", 8082))", registrator)
        }

        @Test func `an engine that is started again loses nothing and leaves nothing stale`() throws {
            let lab = try RegistratorLab()
            let registrator = try lab.registrator(["-ip", lab.host.address])
            try lab.run("--name aa --restart always -p 8081:80 lab:1")
            try lab.run("--name bb -p 8082:80 lab:1")
            try lab.wait(for: "\(lab.entry("aa", 8081))\n\(lab.entry("bb", 8082))", registrator)
            try lab.host.restart()
            try lab.wait(for: lab.entry("aa", 8081), registrator)
            try lab.run("--name cc -p 8083:80 lab:1")
            try lab.wait(for: "\(lab.entry("aa", 8081))\n\(lab.entry("cc", 8083))", registrator)
        }

        @Test func `the entries of a registrator that is cut off are gone after their lifetime`() throws {
            let lab = try RegistratorLab()
            let registrator = try lab.registrator(["-ip", lab.host.address, "-ttl", "20", "-ttl-refresh", "5"])
            let witness = try lab.registrator(["-hostname", "dh9"], path: "/others")
            try lab.run("--name aa -p 8081:80 lab:1")
            try lab.wait(for: lab.entry("aa", 8081), registrator)
            let cut = ContinuousClock.now
            try lab.host.crash()
            try registrator.kill()
            try lab.wait(for: "", witness, within: .seconds(60))
            print("gone \(ContinuousClock.now - cut) after the power cut, with -ttl 20")
        }

        @Test func `many containers that come and go leave the tree exact, with one write a change`() throws {
            let count = Int(ProcessInfo.processInfo.environment["PORTICO_CONTAINERS"] ?? "") ?? 40
            let lab = try RegistratorLab(.system, .newer)
            let registrators = try (1...2).map {
                try lab.registrator(["-ip", lab.hosts[$0 - 1].address], of: $0)
            }
            let begin = ContinuousClock.now
            // Each second one is removed as soon as it runs.
            let script = """
                for n in $(seq $1); do
                  docker -H unix://$2 run -d --name c$n -p $((9000 + n)):80 lab:1 || exit 1
                  if [ $((n % 2)) = 0 ]; then docker -H unix://$2 rm -f c$n || exit 1; fi
                done
                """
            let starts = try (0..<2).map {
                try ChildProcess("sh", ["-c", script, "sh", "\(count / 2)", lab.hosts[$0].socket])
            }
            for start in starts { #expect(try start.waitForEnd(within: .seconds(10 * count)) == .exited(0)) }
            let left = (1...2).flatMap { host in
                stride(from: 1, through: count / 2, by: 2).map {
                    "lab-80/dh\(host):c\($0):80 = \(lab.hosts[host - 1].address):\(9000 + $0)"
                }
            }.sorted()
            try lab.wait(for: left.joined(separator: "\n"), registrators[0], within: .seconds(120))
            #expect(try lab.rewritten() == 0)
            let started = ContinuousClock.now - begin
            for host in lab.hosts.hosts {
                try host.docker(
                    ["rm", "-f"] + stride(from: 1, through: count / 2, by: 2).map { "c\($0)" },
                    within: .seconds(10 * count))
            }
            try lab.wait(for: "", registrators[0], within: .seconds(120))
            let changes = registrators.map(RegistratorLab.changes)
            let written = changes.reduce(0) { $0 + $1.written }
            // One that came and went between two looks is no change.
            #expect(written <= count && written >= left.count)
            #expect(changes.allSatisfy { $0.removed == $0.written })
            let figures = try registrators.map {
                "\(try ProcessFigures.peakResident($0.id) >> 20) MiB at most, "
                    + "\(try ProcessFigures.processorTime($0.id)) of processor time"
            }
            print(
                "\(count) containers started in \(started), gone after \(ContinuousClock.now - begin): \(written) written"
            )
            print("registrators: \(figures.joined(separator: "; "))")
        }
    }
}
