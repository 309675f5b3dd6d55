internal import HTTPTypes

/// A file of the dashboard, which is in the program: the page at `/`, and what it loads from `/page/`.
///
/// It holds nothing of the edge's, so that a browser gets it without a token; the page asks for one when the API does.
struct DashboardPart: Sendable, Equatable {
    /// Where it is served.
    let path: String
    /// Its media type.
    let type: String
    let octets: [UInt8]
    /// What tells this content from every other's.
    let tag: String

    private init(_ path: String, _ type: String, _ octets: [UInt8]) {
        self.path = path
        self.type = type
        self.octets = octets
        tag = "\"\(String(Self.hash(octets), radix: 16))\""
    }

    /// What is at `path`; nil if it is nothing of the dashboard.
    init?(path: String) {
        guard let part = Self.byPath[path] else { return nil }
        self = part
    }

    /// All of them.
    static let all = [DashboardPart("/", "text/html; charset=utf-8", PackageResources.page_html)] + loaded

    private static let script = "text/javascript; charset=utf-8"
    private static let loaded = [
        DashboardPart("/page/style.css", "text/css; charset=utf-8", PackageResources.style_css),
        DashboardPart("/page/icon.svg", "image/svg+xml", PackageResources.icon_svg),
        DashboardPart("/page/theme.js", script, PackageResources.theme_js),
        DashboardPart("/page/main.js", script, PackageResources.main_js),
        DashboardPart("/page/link.js", script, PackageResources.link_js),
        DashboardPart("/page/edge.js", script, PackageResources.edge_js),
        DashboardPart("/page/dom.js", script, PackageResources.dom_js),
        DashboardPart("/page/format.js", script, PackageResources.format_js),
        DashboardPart("/page/table.js", script, PackageResources.table_js),
        DashboardPart("/page/services.js", script, PackageResources.services_js),
        DashboardPart("/page/service.js", script, PackageResources.service_js),
        DashboardPart("/page/orders.js", script, PackageResources.orders_js),
        DashboardPart("/page/problems.js", script, PackageResources.problems_js),
        DashboardPart("/page/explain.js", script, PackageResources.explain_js),
        DashboardPart("/page/timeline.js", script, PackageResources.timeline_js),
        DashboardPart("/page/listeners.js", script, PackageResources.listeners_js),
    ]
    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    /// FNV-1a of 64 bits: the files are ours, so nobody makes two of one hash.
    private static func hash(_ octets: [UInt8]) -> UInt64 {
        octets.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The answer to a request with these fields: nothing where the browser has it already (RFC 9110 §13.1.2).
    func answer(to fields: HTTPFields) -> AdminAnswer {
        var answer = AdminAnswer(fields: Self.protection)
        answer.fields[.eTag] = tag
        // Kept, but asked about each time: another version of the program is another page.
        answer.fields[.cacheControl] = "no-cache"
        if let known = fields[.ifNoneMatch], known.split(separator: ",").contains(where: { isSame($0) }) {
            answer.status = .notModified
            return answer
        }
        answer.fields[.contentType] = type
        answer.body = octets
        return answer
    }

    private func isSame(_ known: Substring) -> Bool {
        let bare = known.trimmingPrefix { $0 == " " }.trimmingPrefix("W/").prefix { $0 != " " }
        return bare == tag || bare == "*"
    }

    /// The page runs its own scripts and asks its own edge, and nothing else: no other's content, no text as code, no frame.
    private static let protection: HTTPFields = {
        var fields: HTTPFields = [
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
                + "trusted-types 'none'"
        ]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()
}
