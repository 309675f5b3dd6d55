internal import DockerEngine

/// Something that a ``Ledger`` is told.
enum LedgerEvent: Sendable {
    /// The engine can be followed, for the first time or again: events come, and some may have been lost.
    case connected
    /// The engine cannot be followed.
    case lost(String)
    /// Something happened on the engine.
    case happened(EngineEvent)
    /// The IDs of the containers that run.
    case listed([String])
    /// They could not be listed.
    case listFailed(String)
    /// What a container is like; nil if there is none any more.
    case inspected(String, ticket: Int, ContainerDetails?)
    /// It could not be found out.
    case inspectFailed(String, ticket: Int, String)
    /// Everything is to be looked at anew.
    case resync
    /// Time has passed.
    case time
}
