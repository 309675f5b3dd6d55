import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests.OneCluster {
    /// Networks and volumes, which are each engine's own.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Networks {
        private let session: SwarmSession

        init() throws { self.session = try SharedSwarm.cleared().session }

        @Test func `networks have their host's name before their own`() throws {
            try self.session.follow(
                """
                $ docker network ls --format '{{.Name}} {{.Driver}} {{.Scope}}' | sort
                dh1/bridge bridge local
                dh1/host host local
                dh1/none null local
                dh2/bridge bridge local
                dh2/host host local
                dh2/none null local
                dh3/bridge bridge local
                dh3/host host local
                dh3/none null local
                $ docker network create -d bridge br1
                <id>
                $ docker network create -d bridge dh2/br2
                <id>
                $ docker network create -d bridge dh9/br3
                Error response from daemon: <any>dh9<any>
                [rc=1]
                $ docker network ls --filter type=custom --format '{{.Name}}' | sed 's/dh[13]/dhX/' | sort
                <any>/br1
                dh2/br2
                $ docker network inspect -f '{{.Name}} {{.Scope}}' br2
                br2 local
                $ docker network inspect -f '{{.Name}}' dh2/br2
                br2
                $ docker network inspect bridge
                []
                Error<any>No such network: bridge
                [rc=1]
                $ docker network inspect -f '{{.Name}}' dh1/bridge
                bridge
                $ docker network inspect nope
                []
                Error<any>No such network: nope
                [rc=1]
                $ docker run -d --name n1 --net br2 -e constraint:node==dh2 lab:1
                <id>
                $ docker run -d --name n2 --net dh2/br2 lab:1
                <id>
                $ docker run -d --name n3 --net dh1/bridge lab:1
                <id>
                $ docker ps --format '{{.Names}}' | sort
                dh1/n3
                dh2/n1
                dh2/n2
                $ docker network connect br2 n3 2>&1 | tail -1
                Error response from daemon: <any>not found<any>
                $ docker network disconnect br2 n2
                $ docker network connect --alias other br2 n2
                $ docker exec n1 ping -c 1 -W 5 other > /dev/null
                $ docker network rm br2 2>&1 | head -1
                Error response from daemon: <any>has active endpoints<any>
                $ docker rm -f n1 n2 n3
                n1
                n2
                n3
                $ docker network rm br2
                br2
                $ docker network rm dh2/br2 2>&1 | head -1
                Error response from daemon: No such network<any>dh2/br2
                $ docker network rm br1
                br1
                $ docker network ls -q | wc -l
                9
                """)
        }

        @Test func `volumes are made on every host, or on the one that is named`() throws {
            try self.session.follow(
                """
                $ docker volume ls
                DRIVER VOLUME NAME
                $ docker volume create v1
                v1
                $ docker volume ls -q | sort
                dh1/v1
                dh2/v1
                dh3/v1
                $ docker volume create --name dh1/v2
                v2
                $ docker volume create dh9/v2 2>&1 | tail -1
                Error response from daemon: <any>dh9<any>
                $ docker volume inspect v1
                []
                Error<any>No such volume: v1
                [rc=1]
                $ docker volume inspect -f '{{.Name}} {{.Driver}}' dh1/v1
                v1 local
                $ docker volume inspect -f '{{.Name}}' v2
                v2
                $ docker volume ls --filter node=dh1 -q
                dh1/v1
                dh1/v2
                $ docker run -d --name vv -v v3:/data -e constraint:node==dh3 lab:1
                <id>
                $ docker volume ls -q --filter name=v3
                dh3/v3
                $ docker run -d --name vx -v dh2/v4:/data lab:1 2>&1 | head -1
                docker: Error response from daemon: <any>create dh2/v4<any>
                $ docker ps -a --filter volume=v3 --format '{{.Names}}'
                dh3/vv
                $ docker volume rm v3
                Error response from daemon: <any>volume is in use<any>
                [rc=1]
                $ docker rm -fv vv
                vv
                $ docker volume rm v3
                v3
                $ docker volume rm v1
                v1
                $ docker volume rm nope
                Error<any>No such volume<any>nope
                [rc=1]
                $ docker volume ls -q
                dh1/v2
                """)
        }
    }
}
