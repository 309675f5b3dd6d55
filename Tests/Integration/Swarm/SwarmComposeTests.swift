import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests.OneCluster {
    /// Compose, version 2, on the cluster.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Compose {
        private let session: SwarmSession

        init() throws { self.session = try SharedSwarm.cleared().session }

        @Test(.enabled(if: Repository.compose != nil, "no docker-compose of version 2: run Tests/Lab/get-compose.sh"))
        func `a project comes up on the host that its network is on, and goes`() throws {
            let compose = try #require(Repository.compose)
            let folder = try ScratchFolder()
            try folder.write(
                "compose.yaml",
                """
                name: shop
                services:
                  web:
                    image: lab:1
                    ports: ["80"]
                    labels: { tier: front }
                  worker:
                    image: lab:1
                    command: sleep 1000
                    depends_on: [web]
                """)
            let run = "\(compose) --project-directory \(folder.path) -f \(folder.path)/compose.yaml"
            try self.session.follow(
                """
                $ \(run) up -d >/dev/null 2>&1
                $ docker ps --format '{{.Names}}' | cut -d/ -f2 | sort
                shop-web-1
                shop-worker-1
                $ docker ps --format '{{.Names}}' | cut -d/ -f1 | sort -u | wc -l
                1
                $ \(run) ps --services | sort
                web
                worker
                $ \(run) exec -T worker wget -qO- http://web/
                lab
                $ \(run) logs worker 2>&1 | wc -l
                0
                $ \(run) down -t 1 >/dev/null 2>&1
                $ docker ps -aq
                $ until [ -z "$(docker network ls -q --filter name=shop)" ]; do sleep 0.2; done
                """, within: .seconds(120))
        }
    }
}
