import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests.OneCluster {
    /// What the manager says of itself, and what happens on all engines.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Information {
        private let setting: SharedSwarm.Setting
        private let session: SwarmSession

        init() throws {
            self.setting = try SharedSwarm.cleared()
            self.session = self.setting.session
        }

        @Test func `docker info tells the cluster and each engine`() throws {
            try self.session.follow(
                """
                $ docker run -d -e constraint:node==dh1 lab:1
                <id>
                $ docker create -e constraint:node==dh1 -m 20m lab:1 2>/dev/null
                <id>
                $ docker run -d --name held -e constraint:node==dh2 lab:1; docker pause held
                <id>
                held
                $ docker info
                ...
                Server:
                Containers: 3
                Running: 1
                Paused: 1
                Stopped: 1
                Images: 3
                Server Version: swarm/1.2.9
                ...
                Role: primary
                Strategy: spread
                Filters: health, port, containerslots, dependency, affinity, constraint, whitelist
                Nodes: 3
                dh1: 10.99.0.11:2375
                └ ID: <any>|10.99.0.11:2375
                └ Status: Healthy
                └ Containers: 2 (1 Running, 0 Paused, 1 Stopped)
                └ Reserved CPUs: 0 / <n>
                └ Reserved Memory: 20 MiB / <any>iB
                └ Labels: kernelversion=<any>, operatingsystem=<any>, ostype=linux, storage=ssd, storagedriver=<any>, zone=z1
                └ UpdatedAt: <n>-<n>-<n>T<n>:<n>:<n>Z
                └ ServerVersion: <any>
                dh2: 10.99.0.12:2375
                └ ID: <any>|10.99.0.12:2375
                └ Status: Healthy
                └ Containers: 1 (0 Running, 1 Paused, 0 Stopped)
                └ Reserved CPUs: 0 / <n>
                └ Reserved Memory: 0 B / <any>iB
                └ Labels: kernelversion=<any>, operatingsystem=<any>, ostype=linux, storage=disk, storagedriver=<any>, zone=z2
                └ UpdatedAt: <any>
                └ ServerVersion: <any>
                dh3: 10.99.0.13:2375
                └ ID: <any>|10.99.0.13:2375
                └ Status: Healthy
                └ Containers: 0 (0 Running, 0 Paused, 0 Stopped)
                ...
                Operating System: linux
                ...
                Architecture: amd64
                CPUs: <n>
                Total Memory: <any>iB
                ...
                $ docker info -f '{{.ID}}|{{.OSType}}|{{.NEventsListener}}'
                |<any>|0
                $ docker version -f '{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}'
                swarm/1.2.9 linux/amd64
                $ curl -s http://MANAGER/_ping
                OK
                $ curl -sI http://MANAGER/_ping | grep -ic '^HTTP/1.1 200'
                1
                $ curl -si http://MANAGER/v1.24/version | grep -ic '^api-version: 1'
                1
                $ curl -s http://MANAGER/v9.99/nonsense
                <any>page not found<any>
                """)
        }

        @Test func `nodes are told as JSON`() throws {
            let answer = try self.setting.manager.request("/v1/nodes")
            #expect(answer.status == 200)
            let text = answer.text
            for host in self.setting.lab.hosts.hosts {
                #expect(text.contains(SwarmSession.name(of: host)) && text.contains(SwarmLab.address(of: host)))
            }
        }

        @Test func `events of all engines come as they happen, and are kept for those who ask later`() throws {
            let format =
                #"{{.Type}} {{.Action}} {{index .Actor.Attributes "name"}} {{index .Actor.Attributes "node.name"}}"#
            let events = try self.setting.manager.docker.begin(["events", "--format", format])
            let deadline = Deadline.after(.seconds(30))
            // Nothing says that the stream is open but an event.
            while !events.lines.contains(where: { $0.hasPrefix("container create probe") }), !deadline.hasPassed {
                try self.session.follow(
                    """
                    $ docker create --name probe lab:1
                    <id>
                    $ docker rm probe
                    probe
                    """)
            }
            try self.session.follow(
                """
                $ docker run -d --name e1 -e constraint:node==dh1 -l tier=told lab:1
                <id>
                $ docker exec e1 true
                $ docker stop -t 1 e1
                e1
                $ docker rm e1
                e1
                $ docker volume create dh2/v1
                v1
                $ docker volume rm v1
                v1
                """)
            let (one, two) = (
                SwarmSession.name(of: self.setting.lab.hosts[0]), SwarmSession.name(of: self.setting.lab.hosts[1])
            )
            for line in [
                "container create e1 \(one)", "container start e1 \(one)", "container exec_create: true e1 \(one)",
                "container die e1 \(one)", "container stop e1 \(one)", "container destroy e1 \(one)",
                "network connect bridge \(one)", "volume create \(two)", "volume destroy \(two)",
            ] {
                try events.waitForLine(line) { printed in
                    printed.replacing("<no value>", with: "").split(separator: " ").joined(separator: " ") == line
                }
            }
            try events.kill()
            // What has been is told again, all of it or what is wanted of it, and the stream ends where it was told to: the
            // client says so in whole seconds.
            try self.session.follow(
                """
                $ docker events --since 10m --until $(($(date +%s) + 2)) --filter container=e1 --filter event=start --filter event=die --format '{{.Action}} {{.From}}'
                start lab:1 node:dh1
                die lab:1 node:dh1
                $ docker events --since 10m --until $(($(date +%s) + 2)) --filter label=tier=told --filter event=destroy --format '{{.Type}}'
                container
                $ docker events --since 10m --until $(($(date +%s) + 2)) --filter type=volume --format '{{.Action}} {{index .Actor.Attributes "node.name"}}' | grep -v mount | tail -2
                create dh2
                destroy dh2
                $ docker events --since 10m --until 9m | wc -l
                0
                """)
        }
    }
}
