import DockerEngine
import Testing

@Suite struct ContainerPortTests {
    @Test func `ports are ordered by number, then by transport`() {
        #expect(
            [ContainerPort(443), ContainerPort(53, .udp), ContainerPort(53)].sorted() == [
                ContainerPort(53), ContainerPort(53, .udp), ContainerPort(443),
            ])
    }
}
