internal import CLinux
internal import Glibc

/// A user that the process is to be, rather than root.
public struct ProcessUser: Sendable {
    /// Why the process cannot be this user's.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What, and what would be right.
        public let description: String
    }

    /// Throws unless the process is root's, which alone may become another's.
    public func requireRoot() throws(Failure) {
        guard geteuid() != 0 else { return }
        throw Failure(
            description: "user \(name): only root can become another user, and this is user \(geteuid()): start it as "
                + "root, or leave user out")
    }

    /// The name, or number, as it was written.
    public let name: String
    /// The user's number.
    public let user: UInt32
    private let group: UInt32

    /// Looks up `NAME` or `NAME:GROUP`, each a name or a number.
    public init(_ text: String) throws(Failure) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, !name.isEmpty, parts.count < 2 || !parts[1].isEmpty else {
            throw Failure(description: "user \"\(text)\": it is NAME or NAME:GROUP")
        }
        let groupName = parts.count > 1 ? parts[1] : ""
        var user: UInt32 = 0
        var group: UInt32 = 0
        switch unsafe portico_find_user(name, groupName, &user, &group) {
        case 0: break
        case -2: throw Failure(description: "user \"\(text)\": there is no group \(groupName)")
        default:
            throw Failure(
                description: "user \"\(text)\": there is no user \(name): useradd --system makes one; a number without "
                    + "an entry needs its group, 1000:1000")
        }
        self.name = name
        self.user = user
        self.group = group
    }

    /// Whether the process is this user's already.
    public var isCurrent: Bool { geteuid() == user }

    /// Makes what root has made in `directory`, and that itself, this user's; makes it if it is not there.
    public func own(directory: String) throws(Failure) {
        guard unsafe portico_give(directory, user, group, 1) == 0 else { throw failure("chown", directory) }
    }

    /// Makes the log at `path` this user's, if it is root's; makes it if it is not there.
    public func own(log path: String) throws(Failure) {
        guard unsafe portico_give(path, user, group, 0) == 0 else { throw failure("chown", path) }
    }

    /// Makes the process this user's and begins the program anew in it, with the same arguments.
    ///
    /// So no thread is left that is root's. Returns only by throwing.
    ///
    /// - Parameter keepsPorts: keeps the right to bind ports below 1024, which a successor needs too, and no other.
    public func begin(
        arguments: [String], environment: [String: String], keepsPorts: Bool
    ) throws(Failure) {
        guard unsafe portico_become(name, user, group, keepsPorts ? 1 : 0) == 0 else {
            throw failure("becoming user \(name)", "setresuid, capset")
        }
        let words = SuccessorProcess.block(arguments)
        let variables = SuccessorProcess.block(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        // Safety: the blocks outlive the call, and hold as many texts as it is told.
        let code = unsafe portico_become_program(
            words, Int32(arguments.count), variables, Int32(environment.count))
        throw Failure(
            description: "user \(name) cannot run this program: \(unsafe String(cString: strerror(code))): it must be "
                + "readable and executable for all")
    }

    private func failure(_ call: String, _ what: String) -> Failure {
        let code = errno
        return Failure(description: "user \(name): \(what): \(call): \(unsafe String(cString: strerror(code)))")
    }
}
