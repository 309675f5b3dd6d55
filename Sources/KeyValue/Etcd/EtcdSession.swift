/// A session: a lease, and what becomes of what it locked.
///
/// etcd's leases take the keys that are attached to them with them. That is ``SessionBehavior/delete``: the locked key itself
/// is attached. For ``SessionBehavior/release`` a key beside it is (``EtcdKeySpace``). Which of them it is stands in the
/// session's ID, so that nothing has to be kept of it anywhere.
struct EtcdSession: Equatable {
    private static let releaseMark = "-release"

    /// The lease.
    var lease: Int64
    /// What becomes of its keys.
    var behavior: SessionBehavior

    /// A session.
    init(lease: Int64, behavior: SessionBehavior) {
        self.lease = lease
        self.behavior = behavior
    }

    /// The session with this ID.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` for what is no session's.
    init(_ id: String, what: @autoclosure () -> String) throws(KeyValueError) {
        let isRelease = id.hasSuffix(Self.releaseMark)
        let digits = isRelease ? id.dropLast(Self.releaseMark.count) : id[...]
        guard digits.utf8.first != UInt8(ascii: "+"), let bits = UInt64(digits, radix: 16), bits != 0 else {
            throw KeyValueError(.invalid, "\(what()): there is no session \(id): create one first")
        }
        lease = Int64(bitPattern: bits)
        behavior = isRelease ? .release : .delete
    }

    /// Its ID: the lease's digits as etcdctl shows them.
    var id: String {
        let digits = String(UInt64(bitPattern: lease), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
            + (behavior == .release ? Self.releaseMark : "")
    }
}
