import Lab

/// Stores to render from.
enum SampleStore {
    /// One of everything that the store's layout knows.
    static let everything: [String: String] = [
        "services/web-80/host1:web.1:80": "10.0.0.5:80",
        "services/web-80/host2:web.2:80": "10.0.0.6:80 weight=5",
        "services/web-80/host3:web.3:80": "10.0.0.7:80 backup",
        "services/web-80/host3:web.4:80": "10.0.0.8:80 drain",
        "services/web-8080/host2:web.2:8080": "10.0.0.6:8080",
        "services/api-3000/h:api.1:3000": "[2001:db8::1]:3000 health=/healthz",
        "services/only-backup-80/h:b:80": "10.0.1.1:80 backup",
        "services/only-drained-80/h:b:80": "10.0.1.2:80 state=drain",
        "services/nothing-80/h:b:80": "10.0.1.3:80 weight=0",
        "services/shop-80/h:shop.1:80":
            "10.0.2.1:80 host=shop.example.com,*.Shop.example.com path=/api/v1,=/exact strip=/api balance=least-connections",
        "services/shop-80/h:shop.2:80": "10.0.2.2:80 host=shop.example.com path=/api/v1 strip=/api weight=300",
        "services/front-80/h:f:80": "10.0.2.3:80 host=shop.example.com sticky",
        "services/heavy-80/h:h:80": "10.0.2.4:80 weight=65535 balance=random-two sticky=SESSION",
        "services/secure-443/h:s:443": "10.0.3.1:443 protocol=https tls_name=secure.internal",
        "services/secure-443/h:s2:443": "10.0.3.2:443 protocol=https",
        "services/mixed-443/h:s:443": "10.0.3.3:443 protocol=https",
        "services/mixed-443/h:s2:443": "10.0.3.4:443",
        "services/greeter-50051/h:g:50051": "10.0.3.5:50051 protocol=grpc",
        "services/greeters-50051/h:g:50051": "10.0.3.6:50051 protocol=grpcs host=greet.example.com",
        "services/json-80/h:j:80":
            #"{"address": "10.0.4.1:80", "weight": 7, "host": ["json.example.com"], "note": "two words"}"#,
        "services/regex-80/h:r:80": #"10.0.4.2:80 host=~^v[0-9]{1,3}\.example\.com$ path=~^/x[0-9]{2}\\?$"#,
        "services/paths-80/h:p:80": "10.0.4.3:80 path=/p strip",
        "services/any-80/h:a:80": "10.0.4.4:80 host=* metrics=/stats label_team=blue",
        "services/label-80/h:l:80": "10.0.4.5:80 host=label.*,default,hostnames certificate=wild",
        "services/Upper-80/h:u:80": "10.0.4.6:80",
        "services/plain/h:n:80": "10.0.4.7:80 metrics=false",
        "services/dotted.name-80/h:n:80": "10.0.4.8:80",
        "services/dns-53/h:d:53:udp": "10.0.4.9:53",
        "services/dns-53/h:d:53:tcp": "10.0.4.9:53",
        "services/": "", "services/web-80/": "",
    ]

    /// Entries that no table may have, by what is wrong with them.
    static let malformed: [String: String] = [
        "services/bad-80/h:c.1:80": "10.0.0.999:80",
        "services/bad-80/h:c.2:80": "10.0.0.1:99999",
        "services/bad-80/h:c.3:80": "10.0.0.1",
        "services/bad-80/h:c.4:80": "host.example.com:80",
        "services/bad-80/h:c.5:80": "",
        "services/bad-80/h:c.6:80": "10.0.0.1:80 weight=many",
        "services/bad-80/h:c.7:80": "10.0.0.1:80 weight=1 weight=2",
        "services/bad-80/h:c.8:80": #"10.0.0.1:80 note="open"#,
        "services/bad-80/h:c.9:80": #"{"address": "10.0.0.1:80""#,
        "services/bad-80/h:c.10:80": "10.0.0.1:80\n    server evil 6.6.6.6:80",
        "services/bad-80/h:c.11:80": "10.0.0.1:80; } server { listen 6666; }",
        "services/bad-80/h:c.12:80": "10.0.0.1:80 path=api",
        "services/bad-80/h:c.13:80": "10.0.0.1:80 balance=fastest",
        "services/bad-80/nokey": "10.0.0.1",
        "services/bad-80/:udp": "10.0.0.1:80",
        "services/bad-80/too/many:slashes:80": "10.0.0.1:80",
        "services/lonely": "10.0.0.1:80",
        "services/b d-80/h:c:80": "10.0.0.1:80",
    ]

    /// Well-formed entries with names and patterns that a configuration's language would choke on.
    static let hostile: [String: String] = [
        "services/quote'\"-80/h:c:80": "10.0.5.1:80",
        "services/{brace};-80/h:c:80": "10.0.5.2:80",
        "services/ünïcode-80/h:c:80": "10.0.5.3:80",
        "services/a:b-80/h:c:80": "10.0.5.4:80",
        "services/#hash-80/h:c:80": "10.0.5.5:80",
        "services/names-80/h\n:evil\n    server x 6.6.6.6:80": "10.0.5.6:80",
        "services/names-80/h:one two'\";:80": "10.0.5.7:80",
        "services/names-80/h:one_two___:80": "10.0.5.8:80",
        "services/evil-80/h:c.1:80": #"10.0.5.9:80 host=~^"[$ path=~('"#,
        "services/evil-80/h:c.2:80": "10.0.5.10:80 host=~(open",
        "services/evil-80/h:c.3:80": "10.0.5.11:80 host=good.example.com path=/a'b,/c{d},/$e,/f;g,/ok",
        "services/evil-80/h:c.4:80": #"10.0.5.12:80 host="x y.example.com" strip=/'"#,
        "services/evil-80/h:c.5:80":
            #"10.0.5.13:80 health="/x y;{}" sticky="a b" tls_name="a;b" metrics="/'" certificate="../x""#,
        "services/evil-80/h:c.6:80": "10.0.5.14:80 host=..,.example.com,*.,a..b,.*",
        "services/evil-80/h:c.7:80": "10.0.5.15:80 protocol=https tls_name=a;b health=/a\"b",
        "services/long-80/\(String(repeating: "h", count: 300)):c:80": "10.0.5.16:80",
        "services/\(String(repeating: "s", count: 300))-80/h:c:80": "10.0.5.17:80",
    ]

    /// As many services with as many endpoints each, of all kinds, the same for the same seed.
    static func large(_ services: Int, endpoints: Int, seed: UInt64 = 1) -> [String: String] {
        var generator = SeededGenerator(seed: seed)
        var entries: [String: String] = [:]
        for service in 0..<services {
            let port = [80, 80, 8080, 3000, 5000][Int.random(in: 0..<5, using: &generator)]
            let attributes = [
                "", "", "", "", "", "", "", " host=s\(service).example.com",
                " host=s\(service).example.com path=/api strip", " health=/healthz balance=least-connections",
            ][Int.random(in: 0..<10, using: &generator)]
            for endpoint in 0..<endpoints {
                let weight = Int.random(in: 0..<10, using: &generator) == 0 ? " weight=3" : ""
                entries["services/svc\(service)-\(port)/host\(endpoint):svc\(service).\(endpoint):\(port)"] =
                    "10.\(service / 250 % 250).\(service % 250).\(endpoint + 1):\(port)\(attributes)\(weight)"
            }
        }
        return entries
    }
}
