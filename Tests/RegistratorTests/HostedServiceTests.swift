import Registrator
import Testing

@Suite struct HostedServiceTests {
    @Test func `a service with another attribute is another service`() {
        var service = HostedService(id: "h:web:80", name: "web-80", address: "10.0.0.5", port: 80)
        let plain = service
        service.attributes = [EndpointAttribute("backup")]
        #expect(service != plain)
    }
}
