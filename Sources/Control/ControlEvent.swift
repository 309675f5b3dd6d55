public import Discovery
public import Gateway

/// What the control plane has seen or done, told once, in order, on the controller's task.
public enum ControlEvent: Sendable {
    /// A table was put in force.
    case installed(Installation)
    /// A problem has appeared.
    case appeared(DiscoveryProblem)
    /// A problem is none any more.
    case gone(DiscoveryProblem)
    /// Something has become of an endpoint without anybody's doing.
    case endpoint(EndpointEvent)
    /// An operator has given an order about the endpoint `service/address`; what stands now of orders about it.
    case ordered(String, EndpointOrder, EndpointOverride?)
}
