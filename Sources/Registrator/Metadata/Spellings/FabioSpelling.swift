/// fabio's tags: `urlprefix-[host]/path option option=value`.
enum FabioSpelling {
    private static let mark = "urlprefix-"

    /// What the tags of `words` say.
    static func read(_ words: ContainerWords) -> Spelled {
        var spelled = Spelled()
        for (port, tags) in words.tags.sorted(by: { $0.key < $1.key }) {
            var index = 0
            while index < tags.count {
                var tag = RuleText.trimmed(tags[index])
                index += 1
                guard tag.hasPrefix(mark) else { continue }
                // Lists of tags are split at commas, and a redirect has one: `redirect=301,https://...`.
                let last = tag.split(separator: " ").last ?? ""
                if last.hasPrefix("redirect="), last.dropFirst(9).allSatisfy(\.isNumber), index < tags.count,
                    tags[index].contains("://")
                {
                    tag += "," + RuleText.trimmed(tags[index])
                    index += 1
                }
                read(String(tag.dropFirst(mark.count)), tag, port, &spelled)
            }
        }
        return spelled
    }

    private static func read(_ text: String, _ source: String, _ port: UInt16, _ spelled: inout Spelled) {
        let parts = text.split(separator: " ").map(String.init)
        guard let place = parts.first, let slash = place.firstIndex(of: "/") else {
            spelled.warn(
                source, "there is no path: a tag is urlprefix-HOST/PATH; ports of TCP are the edge's listeners'")
            return
        }
        var route = SpelledRoute(source: source)
        var host = String(place[..<slash]).lowercased()
        if let colon = host.lastIndex(of: ":") { host = String(host[..<colon]) }
        route.hosts = [host.isEmpty ? "*" : pattern(host)]
        let path = String(place[slash...])
        if path != "/" { route.paths = [path.contains("*") ? "~^" + glob(path, any: ".*") : path] }
        var said = spelled.ports[port] ?? SpelledPort()
        for option in parts.dropFirst() {
            let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
            take(pair[0], pair.count == 2 ? pair[1] : "", source, &route, &said, &spelled)
        }
        if !said.routes.contains(route) { said.routes.append(route) }
        spelled.ports[port] = said
    }

    /// A glob as a host's pattern.
    static func pattern(_ host: String) -> String {
        let rest = host.hasPrefix("*.") ? host.dropFirst(2) : host[...]
        return rest.contains("*") ? "~^" + glob(host, any: ".*") + "$" : host
    }

    private static func glob(_ text: String, any: String) -> String {
        text.split(separator: "*", omittingEmptySubsequences: false).map { RuleText.escaped($0) }.joined(separator: any)
    }

    private static func take(
        _ name: String, _ value: String, _ source: String, _ route: inout SpelledRoute, _ said: inout SpelledPort,
        _ spelled: inout Spelled
    ) {
        switch name {
        case "strip": route.strip = value
        case "prepend": route.rewrite = ("^(.*)$", value + "$1")
        case "proto":
            switch value {
            case "http", "https", "grpc", "grpcs": said.say("protocol", value, by: source)
            default: spelled.warn(source, "proto=\(value) is not spoken by routes: it is http, https, grpc or grpcs")
            }
        case "weight":
            if let number = UInt16(value) {
                said.say("weight", "\(number)", by: source)
            } else {
                spelled.warn(
                    source, "weight=\(value) is a share of all traffic, which no endpoint has: give each portico.weight"
                )
            }
        case "redirect": redirect(value, source, &route, &said, &spelled)
        case "allow", "deny":
            said.say(name, value.replacing("ip:", with: ""), by: source)
        case "auth":
            said.say("basic_auth", nil, by: source)
            spelled.warn(
                source, "passwords are the edge's, and never written to the store: it asks for one of its set `default`"
            )
        case "tlsskipverify":
            if RuleText.flag(value) == true { said.say("tls_verify", "false", by: source) }
        case "host":
            if value != "src" {
                spelled.warn(source, "host=\(value): endpoints are always sent the host that the client asked for")
            }
        case "register": break
        default: spelled.warn(source, "the option \(name) is not read: nothing follows from it")
        }
    }

    private static func redirect(
        _ value: String, _ source: String, _ route: inout SpelledRoute, _ said: inout SpelledPort,
        _ spelled: inout Spelled
    ) {
        let parts = value.split(separator: ",", maxSplits: 1).map(String.init)
        guard parts.count == 2, let status = Int(parts[0]), [301, 302, 303, 307, 308].contains(status) else {
            spelled.warn(source, "redirect=\(value) is not CODE,URL: such as redirect=301,https://new.example.com$path")
            return
        }
        let target = parts[1].replacing("$path", with: "$request_uri")
        let host = route.hosts.first ?? ""
        if ["https://$host", "https://\(host)"].contains(where: {
            target.hasPrefix($0 + "$") || target.hasPrefix($0 + "/")
        }) {
            // It would go round for ever: a route does not know over what its requests come.
            said.say("https", "redirect", by: source)
        } else {
            route.redirect = (target, status)
        }
    }
}
