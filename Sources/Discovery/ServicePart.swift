public import Routing

/// Those endpoints of a service that ask for a place which others of it do not ask for: its requests are theirs alone.
///
/// Two containers of one image, each with a host of its own, are one service by name, and still strangers to each other.
public final class ServicePart: Sendable {
    /// The service's name, a slash, and the place: no service of the store has a slash in its name.
    public let name: String
    /// The endpoints, with nothing of the service's settings.
    public let service: ServiceDescription

    init(name: String, endpoints: [EndpointDescription]) {
        self.name = name
        var service = ServiceDescription(name: name)
        service.endpoints = endpoints
        self.service = service
    }
}
