internal import Passwords
public import Routing

extension DocumentReader {
    /// `basic_auth`: the name of a set, `false`, or a mapping with `users`.
    public func basicAuth(_ node: DocumentNode) -> BasicAuth? {
        switch node.content {
        case .scalar("false", isQuoted: false):
            var auth = BasicAuth()
            auth.isOff = true
            return auth
        case .scalar("true", isQuoted: false): return BasicAuth(named: BasicAuth.defaultSet)
        case .scalar(let name, _): return BasicAuth(named: name)
        case .null, .sequence:
            report("basic_auth is the name of a set under passwords:, false, or { realm, users }", at: node)
            return nil
        case .mapping: return passwordSet(node, "basic_auth")
        }
    }

    /// `{ realm: TEXT, users: FILE or [USER:HASH], remove_header: true }`.
    public func passwordSet(_ node: DocumentNode, _ what: String) -> BasicAuth? {
        let members = fields(of: node, in: what, keys: ["realm", "users", "remove_header"])
        guard let users = members["users"] else {
            report("\(what) names nobody: add users: FILE, or users: [\"USER:HASH\"]", at: node)
            return nil
        }
        var auth = BasicAuth(realm: string(members["realm"], "\(what).realm") ?? BasicAuth.realmDefault)
        auth.removesHeader = boolean(members["remove_header"], "\(what).remove_header") ?? false
        switch users.content {
        case .sequence(let items): auth.users = items.compactMap { passwordEntry($0) }
        case .scalar:
            guard let passwordFile else {
                report("a route of the store names no file: write basic_auth: NAME, a set under passwords:", at: users)
                return nil
            }
            auth.users = passwordFile(users) ?? []
        case .null, .mapping: report("\(what).users is a file's name, or a list of USER:HASH", at: users)
        }
        return auth
    }

    private func passwordEntry(_ node: DocumentNode) -> PasswordEntry? {
        do throws(PasswordFile.Fault) {
            let line = try PasswordFile.read(line: node.scalar ?? "", number: node.line)
            return PasswordEntry(user: line.user, hash: line.hash)
        } catch {
            report("a user: \(error.reason)", at: node)
            return nil
        }
    }
}
