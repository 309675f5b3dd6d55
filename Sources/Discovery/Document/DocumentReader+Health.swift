internal import Routing

extension DocumentReader {
    /// Keys of `health`.
    static var healthKeys: [String] {
        [
            "path", "tcp", "interval", "fast_interval", "timeout", "healthy", "unhealthy", "status", "body", "method",
            "host", "port", "scheme", "headers", "initial",
        ]
    }
    /// Keys of `outlier`.
    static var outlierKeys: [String] {
        ["consecutive_errors", "ejection", "max_ejection", "max_ejected", "statuses"]
    }

    /// `health`: `/healthz`, `tcp`, `off`, or a mapping.
    func health(_ node: DocumentNode) -> HealthSettings {
        var settings = HealthSettings()
        if let word = node.scalar {
            readHealth(word: word, at: node, into: &settings)
        } else {
            readHealth(members: fields(of: node, in: "health", keys: Self.healthKeys), into: &settings)
        }
        // Said where it stands, not when a table is made of it.
        if let fault = fault(in: settings) { report("health: \(fault)", at: node) }
        return settings
    }

    /// `/healthz`, `tcp`, `true` or `off`.
    func readHealth(word: String, at node: DocumentNode, into settings: inout HealthSettings) {
        switch word {
        case "tcp": settings.kind = .connection
        case "off", "false", "no": settings.kind = .off
        case "true", "on", "yes":
            settings.kind = .request
            settings.path = "/"
        case _ where word.hasPrefix("/"):
            settings.kind = .request
            settings.path = word
        default: report("health is \"\(word)\": it is a path such as /healthz, tcp, or off", at: node)
        }
    }

    /// The members of a mapping.
    func readHealth(members: [String: DocumentNode], into settings: inout HealthSettings) {
        if let path = string(members["path"], "health.path") {
            settings.kind = .request
            settings.path = path
        }
        if boolean(members["tcp"], "health.tcp") == true {
            if settings.path != nil, let node = members["tcp"] {
                report("health has a path, and tcp, which asks for none: take one of the two out", at: node)
            }
            settings.kind = .connection
        }
        settings.interval = milliseconds(members["interval"], "health.interval", in: 10...3_600_000)
        settings.fastInterval = milliseconds(members["fast_interval"], "health.fast_interval", in: 10...3_600_000)
        settings.timeout = milliseconds(members["timeout"], "health.timeout", in: 1...600_000)
        settings.healthy = integer(members["healthy"], "health.healthy", in: 1...1_000).map { UInt16($0) }
        settings.unhealthy = integer(members["unhealthy"], "health.unhealthy", in: 1...1_000).map { UInt16($0) }
        settings.statuses = statuses(members["status"], "health.status")
        settings.body = string(members["body"], "health.body")
        settings.method = string(members["method"], "health.method")
        settings.host = string(members["host"], "health.host")
        settings.port = integer(members["port"], "health.port", in: 1...65_535).map { UInt16($0) }
        settings.scheme = choice(members["scheme"], "health.scheme", of: HealthPolicy.Scheme.self)
        settings.initial = choice(members["initial"], "health.initial", of: HealthPolicy.Initial.self)
        if let headers = members["headers"] { settings.headers = pairs(headers, "health.headers") }
    }

    /// What of the settings could not be sent.
    func fault(in settings: HealthSettings) -> String? {
        var policy = HealthPolicy()
        settings.apply(to: &policy)
        policy.kind = .request
        return policy.fault
    }

    /// `outlier`: `true`, `off`, or a mapping.
    func outlier(_ node: DocumentNode) -> OutlierSettings {
        var settings = OutlierSettings()
        if let word = node.scalar {
            switch word {
            case "true", "on", "yes": settings.isOn = true
            case "off", "false", "no": settings.isOn = false
            default: report("outlier is \"\(word)\": it is true, off, or a mapping", at: node)
            }
            return settings
        }
        readOutlier(members: fields(of: node, in: "outlier", keys: Self.outlierKeys), into: &settings)
        if settings.isEmpty { settings.isOn = true }
        return settings
    }

    /// The members of a mapping.
    func readOutlier(members: [String: DocumentNode], into settings: inout OutlierSettings) {
        let what = "outlier.consecutive_errors"
        settings.consecutiveErrors = integer(members["consecutive_errors"], what, in: 1...1_000_000)
            .map { UInt32($0) }
        settings.ejection = milliseconds(members["ejection"], "outlier.ejection", in: 1...86_400_000)
        settings.maximumEjection = milliseconds(members["max_ejection"], "outlier.max_ejection", in: 1...86_400_000)
        settings.maximumShare = fraction(members["max_ejected"], "outlier.max_ejected")
        settings.statuses = statuses(members["statuses"], "outlier.statuses")
    }

    private func statuses(_ node: DocumentNode?, _ what: String) -> StatusSet? {
        guard let node else { return nil }
        let texts: [String]
        if case .sequence(let items) = node.content {
            texts = items.map { $0.scalar ?? "" }
        } else {
            texts = [node.scalar ?? ""]
        }
        if let set = StatusSet(texts.joined(separator: ",")) { return set }
        report("\(what) is \(quoted(node)): it is statuses such as 200-399 or 200,204", at: node)
        return nil
    }

    private func milliseconds(_ node: DocumentNode?, _ what: String, in range: ClosedRange<UInt32>) -> UInt32? {
        guard let node, let value = milliseconds(node, what) else { return nil }
        guard range.contains(value) else {
            report(
                "\(what) is \(quoted(node)): it is from \(range.lowerBound)ms to \(range.upperBound / 1_000)s", at: node
            )
            return nil
        }
        return value
    }
}
