internal import GoFlags

/// What `--help` prints.
enum SwarmHelp {
    private static let discovery = """
        Discovery: consul://HOST:PORT[/PREFIX], etcd://HOST:PORT[/PREFIX], embedded:DIR, file://PATH,
        [nodes://]HOST:PORT,HOST:PORT; or in SWARM_DISCOVERY. Stores may have several addresses, by comma.

        """

    static let commands = """
        Usage: portico swarm [options] COMMAND [arguments]

        One Docker API over many engines.

        Commands:
          manage, m   serve a cluster as one engine
          join, j     keep an engine's entry in the discovery
          list, l     print the engines of a discovery
          create, c   of classic Docker Swarm; clusters need not be made
          node        ls, inspect, drain, activate: a manager's nodes
          rebalance   move containers to where there is more room
          help        about one command

        Options:
        \(SwarmOptions.flags.defaultsText)
        """

    static let create = """
        Usage: portico swarm create

        Classic Docker Swarm got the token of a new cluster with it. A cluster need not be made: the first
        `portico swarm join consul://HOST:PORT/NAME` makes one of that name.

        """

    static let list = text(
        "list [options] DISCOVERY", "Prints the engines that the discovery tells, without asking them.",
        ListOptions.flags.defaultsText)

    static let join = text(
        "join [options] DISCOVERY", "Keeps the entry of an engine in the discovery for as long as it answers.",
        JoinOptions.flags.defaultsText)

    static let manage = text(
        "manage [options] DISCOVERY", "Serves the engines that the discovery tells as if they were one.",
        ManageOptions.flags.defaultsText)

    static let node = """
        Usage: portico swarm node ls|inspect|drain|activate [options] [NODE]

        Asks the manager that -H or DOCKER_HOST names. A node is known by its name, its ID or its address.

          ls              which there are
          inspect NODE    all that is known of one
          drain NODE      it gets no new containers, and those with a policy go elsewhere
          activate NODE   it gets containers again

        Options:
        \(NodeOptions.flags("node").defaultsText)
        """

    static let rebalance = """
        Usage: portico swarm rebalance [options]

        Has the manager that -H or DOCKER_HOST names move containers to where there is more room.

        Options:
        \(NodeOptions.flags("rebalance").defaultsText)
        """

    private static func text(_ usage: String, _ what: String, _ options: String) -> String {
        "Usage: portico swarm \(usage)\n\n\(what)\n\n\(discovery)\nOptions:\n\(options)"
    }
}
