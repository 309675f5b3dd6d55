import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests.OneCluster {
    /// Images of all engines.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Images {
        private let setting: SharedSwarm.Setting
        private let session: SwarmSession

        init() throws {
            self.setting = try SharedSwarm.cleared()
            self.session = self.setting.session
        }

        @Test func `one image of many engines is listed once, tagged and removed on all`() throws {
            try self.session.follow(
                """
                $ docker images --format '{{.Repository}} {{.Tag}}'
                lab 1
                $ docker images --filter node=dh1 --format '{{.Repository}}:{{.Tag}}'
                lab:1
                $ docker images --filter reference='nope*' -q
                $ docker image ls --no-trunc -q
                sha256:<id>
                $ docker tag lab:1 lab:2
                $ docker images --format '{{.Repository}}:{{.Tag}}' | sort
                lab:1
                lab:2
                $ docker rmi lab:2
                Untagged: lab:2
                Untagged: lab:2
                Untagged: lab:2
                $ docker history -q lab:1 | wc -l
                1
                $ docker image inspect -f '{{.Os}} {{.RepoTags}}' lab:1
                linux [lab:1]
                $ docker save lab:1 | tar t | grep -c '^manifest.json$'
                1
                $ docker rmi nope
                Error<any>No such image<any>nope
                [rc=1]
                $ docker tag nope x:1
                Error response from daemon: No such image<any>nope<any>
                [rc=1]
                """)
            for host in self.setting.lab.hosts.hosts {
                #expect(try host.docker("images", "-q").split(separator: "\n").count == 1)
            }
        }

        @Test func `what is built is on one engine, and is carried to all by save and load`() throws {
            try self.session.follow(
                """
                $ printf 'FROM lab:1\\nRUN echo hi > /hi\\n' | docker build --no-cache -t built:1 - | sed 's/^dh[123]: //'
                Sending build context to Docker daemon<any>
                Step 1/2 : FROM lab:1<any>
                ...
                Step 2/2 : RUN echo hi > /hi<any>
                ...
                Successfully built <short>
                Successfully tagged built:1
                ...
                $ docker run --rm built:1 cat /hi
                hi
                $ printf 'FROM lab:1\\nRUN echo hi > /hi\\n' | docker build -q --no-cache --build-arg constraint:node==dh3 -t built:2 - | tail -1
                sha256:<id>
                $ printf 'FROM lab:1\\nARG A\\nRUN echo $A > /a\\n' | docker build -q --no-cache --build-arg A=b --build-arg constraint:node==dh2 -t built:3 - | tail -1
                sha256:<id>
                $ for host in dh1 dh2 dh3; do docker images --filter node=$host --format "$host {{.Repository}}:{{.Tag}}"; done | grep -E 'built:[23]' | sort
                dh2 built:3
                dh3 built:2
                $ docker run --rm built:3 cat /a
                b
                $ printf 'FROM lab:1\\n' | docker build --build-arg constraint:node==node-9 - 2>&1 | tail -n 2
                [available container slots]
                [node==node-9]
                $ docker images --format '{{.Repository}}:{{.Tag}}' | sort
                built:1
                built:2
                built:3
                lab:1
                $ docker save built:2 | docker load | sort
                dh1: Loaded image: built:2
                dh2: Loaded image: built:2
                dh3: Loaded image: built:2
                $ docker run --rm -e constraint:node==dh1 built:2 cat /hi
                hi
                $ docker rmi built:1 built:2 built:3 | grep -c '^Untagged'
                5
                $ docker images --format '{{.Repository}}:{{.Tag}}'
                lab:1
                $ d=$(mktemp -d); echo x > $d/x; tar -C $d -c x | docker import - imp:1 | grep -o 'dh[123]: sha256' | sort; rm -r $d
                dh1: sha256
                dh2: sha256
                dh3: sha256
                $ docker rmi imp:1 | grep -c '^Untagged: imp:1'
                3
                $ echo nonsense | docker load > /dev/null 2>&1
                [rc=1]
                """)
        }

        @Test func `what no registry gives is told for each engine`() throws {
            try self.session.follow(
                """
                $ docker pull nosuch.invalid/x:1 2>&1 | grep -o 'dh[123]: Pulling nosuch.invalid/x:1\\.\\.\\.$' | sort
                dh1: Pulling nosuch.invalid/x:1...
                dh2: Pulling nosuch.invalid/x:1...
                dh3: Pulling nosuch.invalid/x:1...
                $ docker pull nosuch.invalid/x:1 2>&1 | tail -1
                <any>nosuch.invalid<any>
                $ docker pull nosuch.invalid/x:1 > /dev/null 2>&1
                [rc=1]
                $ docker run -d nosuch.invalid/x:1 2>&1 | grep -c 'docker: Error response from daemon: .*nosuch.invalid'
                1
                $ docker ps -aq
                """, within: .seconds(120))
        }
    }
}
