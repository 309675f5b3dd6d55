internal import Glibc

extension FileOwner {
    /// The user's number.
    func userNumber() throws(FileFailure) -> UInt32 {
        switch self {
        case .number(let number): return number
        case .name(let name):
            // Safety: the entry is read before the next call that could change it.
            guard let entry = unsafe getpwnam(name) else {
                throw FileFailure("user \(name.debugDescription): there is none of this name on this machine")
            }
            return unsafe entry.pointee.pw_uid
        }
    }

    /// The group's number.
    func groupNumber() throws(FileFailure) -> UInt32 {
        switch self {
        case .number(let number): return number
        case .name(let name):
            guard let entry = unsafe getgrnam(name) else {
                throw FileFailure("group \(name.debugDescription): there is none of this name on this machine")
            }
            return unsafe entry.pointee.gr_gid
        }
    }
}
