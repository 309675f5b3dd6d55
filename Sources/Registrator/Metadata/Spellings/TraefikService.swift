/// What Traefik's `services.NAME.loadbalancer.*` says of endpoints.
enum TraefikService {
    /// Puts what `options` say into `said`.
    static func read(_ options: TraefikSpelling.Options, into said: inout SpelledPort, _ spelled: inout Spelled) {
        let prefix = "loadbalancer."
        var hasCookie = false
        for (path, option) in options.sorted(by: { $0.key < $1.key }) {
            guard path.hasPrefix(prefix) else {
                spelled.warn(
                    option.source, "only loadbalancer is read of a service: split traffic with an operator's route")
                continue
            }
            let name = String(path.dropFirst(prefix.count))
            switch name {
            case "server.port", "passhostheader", "responseforwarding.flushinterval": break
            case "server.scheme": said.say("protocol", option.value.lowercased(), by: option.source)
            case "server.weight": said.say("weight", option.value, by: option.source)
            case "sticky", "sticky.cookie":
                if RuleText.flag(option.value) == true { hasCookie = true }
                if hasCookie, options[prefix + "sticky.cookie.name"] == nil {
                    said.say("sticky", nil, by: option.source)
                }
            case "sticky.cookie.name": said.say("sticky", option.value, by: option.source)
            case "sticky.cookie.secure": said.say("sticky_secure", option.value, by: option.source)
            case "sticky.cookie.httponly": said.say("sticky_http_only", option.value, by: option.source)
            case "sticky.cookie.samesite": said.say("sticky_same_site", option.value.lowercased(), by: option.source)
            case "sticky.cookie.maxage": said.say("sticky_max_age", duration(option.value), by: option.source)
            case "sticky.cookie.path": said.say("sticky_path", option.value, by: option.source)
            case let name where name.hasPrefix("sticky.cookie."):
                spelled.note(option.source, "the cookie has no other \(name.dropFirst(14)) than the edge's own")
            case "healthcheck.path": said.say("health", option.value, by: option.source)
            case "healthcheck.interval": said.say("health_interval", duration(option.value), by: option.source)
            case "healthcheck.timeout": said.say("health_timeout", duration(option.value), by: option.source)
            case let name where name.hasPrefix("healthcheck."):
                spelled.note(option.source, "a health check has no \(name.dropFirst(12)) here")
            case "strategy":
                let known = ["wrr": "round-robin", "p2c": "random-two", "hrw": "source", "leasttime": "peak-ewma"]
                if let balance = known[option.value.lowercased()] {
                    said.say("balance", balance, by: option.source)
                } else {
                    spelled.warn(option.source, "strategy \"\(option.value)\" is not known here: write portico.balance")
                }
            default: spelled.warn(option.source, "\(name) of a service is not read: nothing follows from it")
            }
        }
    }

    /// `10s` as it is, `10` as seconds.
    static func duration(_ text: String) -> String {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ? text + "s" : text
    }
}
