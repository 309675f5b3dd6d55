internal import Logging

/// What a ``Ledger`` wants done.
enum LedgerAction: Sendable, Equatable {
    /// List the containers that run.
    case list
    /// Find out what a container is like; the answer carries the ticket.
    case inspect(String, ticket: Int)
    /// The ledger's services have changed: make them known.
    case publish
    /// Say something.
    case log(Logger.Level, String)
}
