import DockerEngine

/// The containers that gliderlabs' registrator v7.4.0 was recorded with, and what it made of them.
enum RecordedSession {
    /// `docker run -d`, in their order.
    static let commands = [
        "--name single -p 8081:80 lab:1",
        "--name multi -p 8082:80 -p 8443:443 -p 53:53/udp lab:1",
        "--name random -P lab:1",
        "--name labelled -p 8083:80 -e SERVICE_NAME=web -e SERVICE_TAGS=a,b -e SERVICE_ID=web-id -e SERVICE_REGION=us2 lab:1",
        "--name labels -p 8084:80 -l SERVICE_NAME=shop -l SERVICE_TAGS=v1 -l SERVICE_WEIGHT=3 lab:1",
        "--name perport -p 8085:80 -p 8086:443 -e SERVICE_80_NAME=http -e SERVICE_443_NAME=https -e SERVICE_443_ID=sslid "
            + "-e SERVICE_80_TAGS=x -e SERVICE_80_CHECK_HTTP=/index.html -e SERVICE_80_CHECK_INTERVAL=1s lab:1",
        "--name ignored -p 8087:80 -e SERVICE_IGNORE=1 lab:1",
        "--name ignport -p 8088:80 -p 8089:81 -e SERVICE_81_IGNORE=1 lab:1",
        "--name hostip -p 127.0.0.1:8090:80 lab:1",
        "--name hostip2 -p 10.99.0.11:8091:80 lab:1",
        "--name noports --label x=y lab:1",
        "--name hostnet --net host -e SERVICE_NAME=hn lab:1",
        "--name tcpcheck -p 8092:80 -e SERVICE_CHECK_TCP=true -e SERVICE_CHECK_INTERVAL=2s -e SERVICE_CHECK_TIMEOUT=1s lab:1",
        "--name ttlcheck -p 8093:80 -e SERVICE_CHECK_TTL=30s lab:1",
    ]

    /// A container of the host's network takes no address of the bridge's.
    static var containers: [ContainerDetails] {
        var bridged = 0
        return commands.map { command in
            guard !command.contains("--net host") else { return RunCommand.container(command, number: 100) }
            bridged += 1
            return RunCommand.container(command, number: bridged)
        }
    }

    /// `registrator -ip 10.99.0.11 consulkv://...`.
    static let published = """
        hn/dh1:hostnet:80 = 10.99.0.11:80
        http/dh1:perport:80 = 10.99.0.11:8085
        https/sslid = 10.99.0.11:8086
        lab-443/dh1:multi:443 = 10.99.0.11:8443
        lab-53/dh1:multi:53:udp = 10.99.0.11:53
        lab-80/dh1:ignport:80 = 10.99.0.11:8088
        lab-80/dh1:multi:80 = 10.99.0.11:8082
        lab/dh1:hostip2:80 = 10.99.0.11:8091
        lab/dh1:hostip:80 = 10.99.0.11:8090
        lab/dh1:random:80 = 10.99.0.11:32773
        lab/dh1:single:80 = 10.99.0.11:8081
        lab/dh1:tcpcheck:80 = 10.99.0.11:8092
        lab/dh1:ttlcheck:80 = 10.99.0.11:8093
        shop/dh1:labels:80 = 10.99.0.11:8084
        web/web-id = 10.99.0.11:8083
        """

    /// `registrator -internal consulkv://...`; the recording has `hn/dh1:hostnet:80 = :80`, which is mended.
    static let `internal` = """
        hn/dh1:hostnet:80 = 10.99.0.11:80
        http/dh1:perport:80 = 172.17.0.7:80
        https/sslid = 172.17.0.7:443
        lab-443/dh1:multi:443 = 172.17.0.3:443
        lab-53/dh1:multi:53:udp = 172.17.0.3:53
        lab-80/dh1:ignport:80 = 172.17.0.9:80
        lab-80/dh1:multi:80 = 172.17.0.3:80
        lab/dh1:hostip2:80 = 172.17.0.11:80
        lab/dh1:hostip:80 = 172.17.0.10:80
        lab/dh1:noports:80 = 172.17.0.12:80
        lab/dh1:random:80 = 172.17.0.4:80
        lab/dh1:single:80 = 172.17.0.2:80
        lab/dh1:tcpcheck:80 = 172.17.0.13:80
        lab/dh1:ttlcheck:80 = 172.17.0.14:80
        shop/dh1:labels:80 = 172.17.0.6:80
        web/web-id = 172.17.0.5:80
        """

    /// `registrator -ip 10.99.0.11 -explicit ...`.
    static let explicit = """
        hn/dh1:hostnet:80 = 10.99.0.11:80
        http/dh1:perport:80 = 10.99.0.11:8085
        https/sslid = 10.99.0.11:8086
        shop/dh1:labels:80 = 10.99.0.11:8084
        web/web-id = 10.99.0.11:8083
        """
}
