import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests.OneCluster {
    /// Where containers come to be, and what is said when there is no place for them.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Scheduling {
        private let setting: SharedSwarm.Setting
        private let session: SwarmSession

        init() throws {
            self.setting = try SharedSwarm.cleared()
            self.session = self.setting.session
        }

        /// What is said where nothing satisfies a request.
        private static func refusal(_ lines: String...) -> String {
            "docker: Error response from daemon: Unable to find a node that satisfies the following conditions\n"
                + lines.joined(separator: "\n") + "\n[rc=125]"
        }

        @Test func `constraints choose the host`() throws {
            let refusal = Self.refusal
            try self.session.follow(
                """
                $ docker create --name c1 -e constraint:storage==ssd lab:1
                <id>
                $ docker create --name c2 -e constraint:storage==disk lab:1
                <id>
                $ docker create --name c3 --label 'com.docker.swarm.constraints=["zone==z3"]' lab:1
                <id>
                $ docker create --name c4 -e 'constraint:zone==z[12]' lab:1
                <id>
                $ docker create --name c5 -e 'constraint:zone==/z[13]/' lab:1
                <id>
                $ docker create --name c6 -e 'constraint:zone!=z1' lab:1
                <id>
                $ docker create --name c7 -e constraint:node==dh2 lab:1
                <id>
                $ docker create --name c10 -e 'constraint:storage==~tape' lab:1
                <id>
                $ docker create --name c14 -e 'constraint:nolabel!=x' lab:1
                <id>
                $ docker create --name c15 -e 'constraint:operatingsystem==Debian*' lab:1
                <id>
                $ docker ps -a --format '{{.Names}}' | grep -E '/c(2|3|7)$' | sort
                dh2/c2
                dh2/c7
                dh3/c3
                $ docker ps -a --format '{{.Names}}' | grep -cE '^(dh[13]/c1|dh[12]/c4|dh[13]/c5|dh[23]/c6)$'
                4
                $ docker inspect c1 --format '{{json .Config.Env}} {{json .Config.Labels}}'
                ["PATH=/bin"] {"com.docker.swarm.constraints":"[\\"storage==ssd\\"]","com.docker.swarm.id":"<id>"}
                $ docker run -d --name c9 -e constraint:storage==tape lab:1
                \(refusal("[available container slots]", "[storage==tape]"))
                $ docker run -d --name c11 -e constraint:storage=ssd lab:1
                \(refusal("[available container slots]", "error from constraint filter: One of operator ==, != is expected"))
                $ docker run -d --name c12 -e 'constraint:zone!=/z[123]/' lab:1
                \(refusal("[available container slots]", "[zone!=/z[123]/]"))
                $ docker run -d --name c16 -e constraint:1bad==x lab:1
                \(refusal("[available container slots]", "error from constraint filter: Key '1bad' is invalid"))
                $ docker run -d --name c17 -e 'constraint:zone==/[/' lab:1
                \(refusal("[available container slots]", "[zone==/[/]"))
                """)
        }

        @Test func `affinities and dependencies keep containers together, or apart`() throws {
            let refusal = Self.refusal
            try self.session.follow(
                """
                $ docker run -d --name a0 -e constraint:node==dh2 --label app=front lab:1
                <id>
                $ docker run -d --name a1 -e affinity:container==a0 lab:1
                <id>
                $ docker run -d --name a2 -e 'affinity:container!=a0' lab:1
                <id>
                $ docker run -d --name a3 -e affinity:image==lab:1 lab:1
                <id>
                $ docker run -d --name a4 -e affinity:image==nope lab:1
                \(refusal("[available container slots]", "[image==nope (soft=false)]"))
                $ docker run -d --name a5 -e 'affinity:image==~nope' lab:1
                <id>
                $ docker run -d --name a6 -e affinity:app==front lab:1
                <id>
                $ docker run -d --name a7 --label 'com.docker.swarm.affinities=["container==a0"]' lab:1
                <id>
                $ docker run -d --name a8 -e affinity:container==nope lab:1
                \(refusal("[available container slots]", "[container==nope (soft=false)]"))
                $ docker create --name d1 --link a0:a0 lab:1
                <id>
                $ docker create --name d2 --volumes-from a0 lab:1
                <id>
                $ docker create --name d3 --net container:a0 lab:1
                <id>
                $ docker run -d --name d4 --link nope:x lab:1
                \(refusal("[available container slots]", "[--link=nope:x]"))
                $ docker run -d --name d5 --link a2:x --link a0:y lab:1
                \(refusal("[available container slots]", "[--link=a2:x --link=a0:y]"))
                $ docker ps -a --format '{{.Names}}' | grep '^dh2/' | grep -vE '/a[359]' | sort
                dh2/a0
                dh2/a1
                dh2/a6
                dh2/a7
                dh2/d1
                dh2/d2
                dh2/d3
                $ docker ps --format '{{.Names}}' --filter name=a2 | cut -d/ -f1 | grep -c dh2
                0
                [rc=1]
                """)
        }

        @Test func `a port of a host is given once`() throws {
            let refusal = Self.refusal
            try self.session.follow(
                """
                $ for n in 1 2 3; do docker run -d --name p$n -p 80:80 lab:1; done
                <id>
                <id>
                <id>
                $ docker ps --format '{{.Names}}' | cut -d/ -f1 | sort
                dh1
                dh2
                dh3
                $ docker run -d --name p4 -p 80:80 lab:1
                \(refusal("[port 80 (Bridge mode)]"))
                $ docker run -d --name p5 -p 127.0.0.1:80:80 lab:1
                \(refusal("[port 80 (Bridge mode)]"))
                $ docker create --name p8 -p 80:80 lab:1 2>&1 | tail -n +2
                [port 80 (Bridge mode)]
                $ docker stop -t 1 p1 > /dev/null; docker create --name p8 -p 80:80 lab:1 2>&1 | tail -n +2
                [port 80 (Bridge mode)]
                $ docker run -d --name p1 lab:1
                docker: Error response from daemon: Conflict: The name p1 is already assigned. You have to delete (or rename) that container to be able to assign p1 to a container again.
                [rc=125]
                $ docker rm p1
                p1
                $ docker run -d --name p4 -p 80:80 lab:1
                <id>
                """)
        }

        @Test func `memory and processors are promised once`() throws {
            let memory = try self.setting.lab.hosts[0].docker("info", "-f", "{{.MemTotal}}")
            // The client warns of engines without TLS, too.
            let octets = try #require(memory.split(separator: "\n").compactMap { Int($0) }.first)
            let most = (octets / 10 * 8) >> 20
            try self.session.follow(
                """
                $ for n in 1 2 3; do docker create --name r$n -m \(most)m lab:1; done 2>/dev/null
                <id>
                <id>
                <id>
                $ docker create --name r4 -m \(most)m lab:1 2>&1
                Error response from daemon: no resources available to schedule container
                [rc=1]
                $ docker create --name r5 --cpu-shares 1000 lab:1
                Error response from daemon: no resources available to schedule container
                [rc=1]
                $ docker create --name r6 --cpu-shares 1 lab:1
                <id>
                $ docker inspect r6 --format '{{.HostConfig.CpuShares}}' | grep -vx 0 | wc -l
                1
                $ docker info 2>/dev/null | grep -c 'Reserved Memory: [1-9]'
                3
                $ docker info 2>/dev/null | grep -c 'Reserved CPUs: 1 /'
                1
                $ docker create --name r7 -e constraint:node==dh9 lab:1
                Error response from daemon: Unable to find a node that satisfies the following conditions
                [available container slots]
                [node==dh9]
                [rc=1]
                $ docker create --name w1 -e whitelist:node==dh1 lab:1
                <id>
                $ docker create --name w2 --label 'com.docker.swarm.whitelists=["node==dh1|dh1"]' lab:1
                <id>
                $ docker ps -a --filter name=w --format '{{.Names}}' | sort
                dh1/w1
                dh1/w2
                $ docker create --name u1 -e constraint:node==dh3 -m 64m lab:1 2>/dev/null
                <id>
                """)
        }

        @Test(arguments: ["binpack", "random", "spread"])
        func `a strategy puts containers where it says`(_ strategy: String) throws {
            let engines = self.setting.lab.hosts.hosts.map(SwarmLab.address).joined(separator: ",")
            let manager = try self.setting.lab.manager(
                ["--strategy", strategy, "--cluster-opt", "swarm.overcommit=0.5"], discovery: "nodes://\(engines)")
            try manager.waitUntilReady()
            let session = SwarmSession(self.setting.lab, manager)
            let hosts = try session.run(
                "for n in 1 2 3 4 5 6; do docker create --name s$n -m 16m lab:1; done >/dev/null 2>&1; "
                    + "docker ps -a --format '{{.Names}}' | cut -d/ -f1 | sort | uniq -c")
            switch strategy {
            case "binpack": #expect(hosts.count == 1 && hosts.first?.hasPrefix("6 ") == true)
            case "spread": #expect(hosts == ["2 dh1", "2 dh2", "2 dh3"])
            default: #expect((1...3).contains(hosts.count))
            }
            #expect(try manager.rows().contains { $0 == ("Strategy", strategy) })
            try manager.kill()
        }

        @Test func `many creations at once are spread, and a name is given once`() throws {
            try self.session.follow(
                """
                $ for n in 1 2 3 4 5 6 7 8 9; do docker create --name m$n lab:1 > /dev/null & done; wait; docker ps -a --format '{{.Names}}' | cut -d/ -f1 | sort | uniq -c
                3 dh1
                3 dh2
                3 dh3
                $ for n in 1 2 3 4 5 6; do docker create --name same lab:1 2>&1 & done | cut -c1-60 | sort | uniq -c | sort -n | sed 's/[0-9a-f]\\{60\\}/ID/'
                1 ID
                5 Error response from daemon: Conflict: The name same is alrea
                $ for n in 1 2 3 4; do docker create -e 'affinity:test!=true' -l test=true lab:1 2>&1 & done | grep -c '^[0-9a-f]\\{64\\}$'
                3
                """)
        }
    }
}
