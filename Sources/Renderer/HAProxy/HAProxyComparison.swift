/// Two configurations, section by section: where they differ, and whether that can be made up for at run time.
struct HAProxyComparison {
    let old: HAProxyConfiguration
    let new: HAProxyConfiguration
    let version: HAProxyVersion

    /// The plan that leads from one to the other, without backends if they mean the same.
    ///
    /// Throws the reason if there is none.
    func plan() throws(HAProxyFailure) -> HAProxyPlan {
        try compareTitles()
        var backends: [HAProxyPlan.Backend] = []
        for index in new.sections.indices {
            let (before, after) = (old.sections[index], new.sections[index])
            guard before.octets != after.octets else { continue }
            guard !before.isConditional, !after.isConditional else {
                throw HAProxyFailure("\(after.description) differs, and conditions (.if) stand in it or around it")
            }
            guard after.hasServers else {
                try compare(before.lines(), after.lines(), in: after)
                continue
            }
            if let backend = try compareBackends(index) { backends.append(backend) }
        }
        if !backends.isEmpty, new.sections.contains(where: { $0.kind == "defaults" && $0.isConditional }) {
            throw HAProxyFailure("conditions (.if) stand in defaults: what they give to servers is not known")
        }
        try findReferences(to: backends)
        return HAProxyPlan(backends: backends, lineBytesMax: lineBytesMax)
    }

    /// The sections must be the same, in the same order.
    private func compareTitles() throws(HAProxyFailure) {
        let (before, after) = (old.sections.map(\.title), new.sections.map(\.title))
        guard before != after else { return }
        let (known, wanted) = (Set(before), Set(after))
        if let section = new.sections.first(where: { !known.contains($0.title) }) {
            throw HAProxyFailure("line \(section.firstLine): \(section.description) is new")
        }
        if let section = old.sections.first(where: { !wanted.contains($0.title) }) {
            throw HAProxyFailure("\(section.description) is gone")
        }
        throw HAProxyFailure("the sections are in another order")
    }

    /// Lines must be equal, whatever their numbers.
    private func compare(
        _ before: [HAProxyLine], _ after: [HAProxyLine], in section: HAProxyConfiguration.Section
    ) throws(HAProxyFailure) {
        for (left, right) in zip(before, after) where left.words != right.words {
            throw HAProxyFailure(
                "\(section.description): line \(right.number): `\(right.description)` was `\(left.description)`")
        }
        if let line = after.dropFirst(before.count).first {
            throw HAProxyFailure("\(section.description): line \(line.number): `\(line.description)` is new")
        }
        if let line = before.dropFirst(after.count).first {
            throw HAProxyFailure("\(section.description): `\(line.description)` is gone")
        }
    }

    /// What changes in a backend; nil if nothing does.
    private func compareBackends(_ index: Int) throws(HAProxyFailure) -> HAProxyPlan.Backend? {
        let section = new.sections[index]
        let defaults = new.defaults(of: index)
        let before = HAProxyBackend(old.sections[index], defaults: defaults ?? [])
        let after = HAProxyBackend(section, defaults: defaults ?? [])
        try compare(before.others, after.others, in: section)
        if after.balance.isOrdered {
            let (known, wanted) = (before.names, after.names)
            guard before.servers.map(\.name).filter(wanted.contains) == after.servers.map(\.name).filter(known.contains)
            else {
                throw HAProxyFailure(
                    "\(section.description): the servers' order matters to `balance \(after.balance.description)`")
            }
        }
        var backend = HAProxyPlan.Backend(
            name: after.name, old: Self.servers(of: before), new: Self.servers(of: after),
            templateNames: after.templateNames, changes: [], isSticky: after.isSticky)
        let kept = Dictionary(before.servers.map { ($0.name, $0) }) { first, _ in first }
        for server in after.servers {
            do throws(HAProxyFailure) {
                if let old = kept[server.name] {
                    let change = try modification(from: old, to: server, after.balance)
                    if let change { backend.changes.append((server.name, change)) }
                } else {
                    backend.new[server.name]?.dynamicWords = try dynamicWords(
                        server, after, hasDefaults: defaults != nil)
                    backend.changes.append((server.name, .add))
                }
            } catch {
                throw HAProxyFailure("\(section.description): line \(server.line): server \(server.name): \(error)")
            }
        }
        for server in before.servers where backend.new[server.name] == nil {
            if let reason = obstacle(to: server, in: before) {
                throw HAProxyFailure("\(section.description): server \(server.name) is gone: \(reason)")
            }
            backend.changes.append((server.name, .remove))
        }
        guard !backend.changes.isEmpty else { return nil }
        if let obscurity = before.obscurity ?? after.obscurity {
            throw HAProxyFailure("\(section.description): \(obscurity)")
        }
        guard RuntimeCommand.isName(backend.name) else {
            throw HAProxyFailure("\(section.description): the name cannot stand in a command")
        }
        return backend
    }
}
