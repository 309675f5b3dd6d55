/// The lines of an htpasswd file.
public enum PasswordFile {
    /// A line that is none.
    public struct Fault: Error, Sendable, Equatable {
        /// From 1.
        public var line: Int
        /// What is wrong and what would be right.
        public var reason: String
    }

    /// A user and his hash.
    public struct Line: Sendable, Equatable {
        /// The name.
        public var user: String
        /// The hash.
        public var hash: String
    }

    /// The most octets of a file: 100,000 users.
    public static let maximumCount = 16 << 20

    /// Reads `text`: `USER:HASH` lines; empty ones and those that begin with `#` are passed over.
    ///
    /// - Returns: the users, of two of one name the first, and the lines that make no sense.
    public static func read(_ text: String) -> (lines: [Line], faults: [Fault]) {
        var lines: [Line] = []
        var faults: [Fault] = []
        var seen: Set<String> = []
        // To Swift, a carriage return and a line feed are one character.
        let all = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in all.enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            do throws(Fault) {
                let entry = try read(line: String(line), number: index + 1)
                guard seen.insert(entry.user).inserted else {
                    throw Fault(line: index + 1, reason: "user \(entry.user) is there twice: the first counts")
                }
                lines.append(entry)
            } catch {
                faults.append(error)
            }
        }
        return (lines, faults)
    }

    /// Reads one line; what it says of a hash never holds the hash.
    public static func read(line: String, number: Int) throws(Fault) -> Line {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
            throw Fault(line: number, reason: "it is no USER:HASH")
        }
        let user = String(line[..<colon])
        // What is behind a second colon is a comment, as in passwd(5).
        let hash = String(line[line.index(after: colon)...].prefix { $0 != ":" })
        guard user.utf8.count <= 255, user.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Fault(line: number, reason: "the user's name has a control character, or more than 255 octets")
        }
        guard PasswordScheme(of: hash) != nil else {
            throw Fault(
                line: number, reason: "the hash of user \(user) is none that is understood: \(PasswordScheme.known)")
        }
        return Line(user: user, hash: hash)
    }
}
