import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests.OneCluster {
    /// Containers on three engines as if on one, through the real client.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Containers {
        private let session: SwarmSession
        private let manager: SwarmManager

        init() throws {
            let setting = try SharedSwarm.cleared()
            self.session = setting.session
            self.manager = setting.manager
        }

        @Test func `containers are spread, and listed with their hosts`() throws {
            try self.session.follow(
                """
                $ docker run -d --name web1 -p 8080:80 -e constraint:node==dh1 lab:1
                <id>
                $ docker run -d --name web2 -p 8080:80 -e constraint:node==dh3 lab:1
                <id>
                $ docker run -d --name web3 -p 8080 -l app=web -e constraint:node==dh2 lab:1
                <id>
                $ docker create --name made -e constraint:node==dh3 lab:1 true
                <id>
                $ docker ps --format '{{.Names}} {{.Image}} {{.Status}}' | sed 's/Up .*/Up/' | cut -d/ -f2 | sort
                web1 lab:1 Up
                web2 lab:1 Up
                web3 lab:1 Up
                $ docker ps --format '{{.Names}}' | cut -d/ -f1 | sort | uniq -c
                1 dh1
                1 dh2
                1 dh3
                $ docker ps -a --filter name=made --no-trunc
                CONTAINER ID IMAGE COMMAND CREATED STATUS PORTS NAMES
                <id> lab:1 "true" <age> ago Created dh3/made
                $ docker ps --filter node=dh2 --format '{{.Names}} {{.Ports}}'
                dh2/web3 80/tcp, 10.99.0.12:<n>-><n>/tcp<any>
                $ docker ps --filter label=app=web --format '{{.Names}}'
                dh2/web3
                $ docker ps -q --filter status=created -a
                <short>
                $ docker ps -n 2 --format '{{.Names}}'
                dh3/made
                dh2/web3
                $ docker ps -l --format '{{.Names}}'
                dh3/made
                $ docker inspect dh2/web3 --format '{{.Name}} {{.Node.Name}} {{.Node.Addr}} {{.Node.IP}} {{.Node.Labels.zone}}'
                /web3 dh2 10.99.0.12:2375 10.99.0.12 z2
                $ docker inspect dh1/web3
                []
                Error: No such object: dh1/web3
                [rc=1]
                $ docker port web3 80/tcp
                <any>
                [rc=1]
                $ docker ps -s --filter name=web3 --format '{{.Names}} {{.Size}}'
                dh2/web3 <any>B<any>
                $ docker inspect web1 --format '{{json .Config.Env}} {{json .Config.Labels}}'
                ["PATH=/bin"] {"com.docker.swarm.constraints":"[\\"node==dh1\\"]","com.docker.swarm.id":"<id>"}
                """)
            // A container is found by its ID, by what that begins with, and by the one that the manager gave it.
            let words = try self.session.run(
                "docker inspect -f '{{.Id}} {{index .Config.Labels \"com.docker.swarm.id\"}}' web1"
            )
            .joined().split(separator: " ")
            try #require(words.count == 2 && words[0].count == 64 && words[1].count == 64 && words[0] != words[1])
            for name in [words[0], words[0].prefix(12), words[0].prefix(20), words[1], words[1].prefix(12)] {
                #expect(try self.session.run("docker inspect -f '{{.Name}}' \(name)") == ["/web1"])
            }
        }

        @Test func `a published port is told with its host's address`() throws {
            try self.session.follow(
                """
                $ docker run -d --name web -p 8080:80 -e constraint:node==dh1 lab:1
                <id>
                $ docker port web 80/tcp | sort -u
                10.99.0.11:8080
                $ docker inspect -f '{{range (index .NetworkSettings.Ports "80/tcp")}}{{.HostIp}}:{{.HostPort}} {{end}}' web | tr ' ' '\\n' | sort -u
                10.99.0.11:8080
                $ curl -s http://10.99.0.11:8080/
                lab
                """)
        }

        @Test func `streams go both ways, with their ends and exit codes`() throws {
            try self.session.follow(
                """
                $ docker run -d --name web1 lab:1 sh -c 'echo to-log; echo to-errors >&2; exec sleep 1000'
                <id>
                $ docker logs web1 2>/dev/null
                to-log
                $ docker logs web1 2>&1 >/dev/null
                to-errors
                $ docker logs --tail 1 -t web1 2>/dev/null
                ...
                $ timeout 2 docker logs -f web1 2>/dev/null
                to-log
                [rc=124]
                $ docker exec web1 hostname
                <short>
                $ docker exec -i web1 sh -c 'exit 7'
                [rc=7]
                $ echo from-stdin | docker exec -i web1 cat
                from-stdin
                $ head -c 3000000 /dev/zero | docker exec -i web1 sh -c 'wc -c; echo end'
                3000000
                end
                $ docker exec -d web1 sh -c 'echo detached > /tmp/detached'
                $ docker exec web1 sh -c 'until [ -s /tmp/detached ]; do sleep 0.1; done; cat /tmp/detached'
                detached
                $ docker run --rm lab:1 echo hello
                hello
                $ docker run --rm -e A=b -w /tmp lab:1 sh -c 'echo $A; pwd; exit 3'
                b
                /tmp
                [rc=3]
                $ echo piped | docker run -i --rm lab:1 cat
                piped
                $ docker ps -a --format '{{.Names}}'
                <any>/web1
                $ docker create -i --name cat lab:1 cat
                <id>
                $ echo attached | docker start -ai cat
                attached
                $ docker create -i --name lines lab:1 sh -c 'while read line; do echo "got $line"; done; exit 5'
                <id>
                $ docker start lines
                lines
                $ printf 'one\\ntwo\\n' | docker attach lines
                got one
                got two
                [rc=5]
                $ docker wait lines
                5
                """, within: .seconds(30))
            // With a terminal, for which the client wants one of its own.
            let terminal = try self.session.run("script -qec 'docker exec -it web1 tty' /dev/null </dev/null")
            // Its stand-in for a terminal may echo the end of its own input first.
            #expect(terminal.contains { $0.contains("/dev/pts/") }, "\(terminal)")
        }

        @Test func `files are copied both ways, and containers looked into`() throws {
            try self.session.follow(
                """
                $ docker run -d --name web1 -e constraint:node==dh2 lab:1
                <id>
                $ docker diff web1
                $ d=$(mktemp -d); echo x > $d/cp.txt; docker cp $d/cp.txt web1:/tmp/cp.txt 2>/dev/null && docker exec web1 cat /tmp/cp.txt && docker cp web1:/tmp/cp.txt - | tar t; rm -r $d
                x
                cp.txt
                $ d=$(mktemp -d); docker cp web1:/www/index.html $d/out 2>/dev/null; cat $d/out; rm -r $d
                lab
                $ docker cp web1:/nowhere - 2>&1 | tail -1
                <any>nowhere<any>
                $ docker diff web1
                C /tmp
                A /tmp/cp.txt
                $ docker export web1 | tar t | grep -c '^bin/busybox$'
                1
                $ docker top web1 -o pid,args | tail -n +2 | grep -c httpd
                2
                $ docker stats --no-stream --format '{{.Name}} {{.PIDs}}' web1
                web1 2
                $ docker commit web1 web1img:1
                sha256:<id>
                $ docker run --rm web1img:1 cat /tmp/cp.txt
                x
                $ docker rmi web1img:1
                Untagged: web1img:1
                Deleted: sha256:<id>
                Deleted: sha256:<id>
                """)
        }

        @Test func `every verb reaches the container, and the list shows what came of it at once`() throws {
            try self.session.follow(
                """
                $ docker run -d --name web1 lab:1
                <id>
                $ docker run -d --name web2 lab:1
                <id>
                $ docker rename web1 web1b
                $ docker ps --filter name=web1b --format '{{.Names}}' | cut -d/ -f2
                web1b
                $ docker rename web1b web2
                Error response from daemon: Conflict: The name web2 is already assigned. You have to delete (or rename) that container to be able to assign web2 to a container again.
                Error: failed to rename container named web1b
                [rc=1]
                $ docker rename web1b web1
                $ docker update --cpu-shares 512 web1
                web1
                $ docker pause web1
                web1
                $ docker ps --filter name=web1 --format '{{.Status}}'
                Up <age> (Paused)
                $ docker unpause web1
                web1
                $ docker stop -t 1 web1
                web1
                $ docker ps -a --filter name=web1 --format '{{.Status}}'
                Exited (0) <age> ago
                $ docker start web1
                web1
                $ docker restart -t 1 web1
                web1
                $ docker ps --filter name=web1 --format '{{.Status}}'
                Up <age>
                $ docker wait web1 > /tmp/waited.$$ & sleep 0.3; docker kill web1; wait; cat /tmp/waited.$$; rm /tmp/waited.$$
                web1
                137
                $ docker ps -aq --filter exited=137 | wc -l
                1
                $ docker start web1
                web1
                $ docker rm web1
                Error response from daemon: <any>annot remove<any>container<any>
                [rc=1]
                $ docker rm -f web1
                web1
                $ docker logs nope
                Error<any>No such container<any>nope
                [rc=1]
                $ docker exec nope true
                Error<any>No such container<any>nope
                [rc=1]
                $ docker rm -v web2 2>&1 | grep -c 'annot remove'
                1
                $ docker kill -s TERM web2
                web2
                """)
        }

        @Test func `what is no container is refused in words`() throws {
            for (method, target, body, status, text) in [
                ("POST", "/v1.40/containers/create", "{bad", 400, "octet 1"),
                ("POST", "/v1.40/containers/nope/start", "", 404, "No such container nope"),
                ("GET", "/v1.40/containers/nope/logs?stdout=1", "", 404, "No such container: nope"),
                ("GET", "/v1.40/containers/nope/json", "", 404, "No such container nope"),
                ("DELETE", "/v1.40/containers/nope", "", 404, "Container nope not found"),
                ("POST", "/v1.40/containers/nope/rename?name=x", "", 404, "No such container: nope"),
                ("POST", "/v1.40/exec/nope/start", #"{"Detach":true}"#, 404, "Exec nope not found"),
                ("POST", "/v1.40/swarm/init", "{}", 503, "not swarm mode"),
                ("GET", "/nonsense", "", 404, "page not found"), ("PUT", "/info", "", 404, "page not found"),
            ] {
                let answer = try self.manager.request(target, method: method, body: body)
                #expect(answer.status == status, "\(method) \(target): \(answer.status) \(answer.text)")
                #expect(answer.text.contains(text), "\(method) \(target): \(answer.text)")
            }
        }

        @Test func `what is not used any more goes from all hosts`() throws {
            try self.session.follow(
                """
                $ for host in dh1 dh2 dh3; do docker run -e constraint:node==$host lab:1 true; done
                $ docker run -d --name kept lab:1
                <id>
                $ docker ps -aq | wc -l
                4
                $ docker system df --format '{{.Type}} {{.TotalCount}} {{.Active}}'
                Images <n> <n>
                Containers 4 1
                Local Volumes 0 0
                Build Cache 0 0
                $ docker container prune -f | grep -c '^[0-9a-f]\\{64\\}$'
                3
                $ docker ps -a --format '{{.Names}}' | cut -d/ -f2
                kept
                $ docker volume create v1
                v1
                $ docker network create -d bridge dh1/n1
                <id>
                $ docker volume prune -f | grep -c v1
                3
                $ docker network prune -f | grep -c n1
                1
                $ docker volume ls -q
                $ docker image prune -f
                Total reclaimed space: 0B
                """)
        }
    }
}
