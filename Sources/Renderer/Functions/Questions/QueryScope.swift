/// Where in Consul a question is asked; empty fields stand for the agent's own.
public struct QueryScope: Hashable, Sendable {
    /// The datacenter.
    public var datacenter = ""
    /// The node that answers are sorted from, by distance; `_agent` is the agent's own.
    public var near = ""
    /// The administrative partition.
    public var partition = ""
    /// The namespace.
    public var namespace = ""
    /// The peer whose services are meant.
    public var peer = ""
    /// The sameness group whose services are meant.
    public var samenessGroup = ""

    /// The agent's own.
    public init() {}

    /// What ids add for it: `@dc1~near@partition=p@ns=n@peer=q`.
    var suffix: String {
        var text = datacenter.isEmpty ? "" : "@" + datacenter
        if !near.isEmpty { text += "~" + near }
        if !partition.isEmpty { text += "@partition=" + partition }
        if !namespace.isEmpty { text += "@ns=" + namespace }
        if !peer.isEmpty { text += "@peer=" + peer }
        if !samenessGroup.isEmpty { text += "@sameness-group=" + samenessGroup }
        return text
    }
}
