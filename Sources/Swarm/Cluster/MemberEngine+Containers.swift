internal import DockerEngine
internal import Logging

/// The engine's containers: a list of all, and an inspection of those that are new or have changed.
extension MemberEngine {
    /// What a look at containers begins with.
    private struct Look: Sendable {
        var revision: UInt64
        var engineID: String
        var name: String
        var place: String
        var processors: Int64
        var ahead: Double

        /// What a row of the engine's list is like, but for the time that has gone by.
        func mark(_ row: JSONValue) -> Int {
            var hasher = Hasher()
            hasher.combine(name)
            for member in row.object?.members ?? [] {
                hasher.combine(member.name)
                if member.name == "Status" {
                    // `Up 5 minutes (healthy)`: what is in parentheses is no time.
                    hasher.combine(member.value.text.map { text in text.drop { $0 != "(" }.prefix { $0 != ")" } })
                } else {
                    hasher.combine(member.value)
                }
            }
            return hasher.finalize()
        }
    }

    private func look() -> Look? {
        cluster.change { state in
            guard let engine = state.engines[address], !engine.id.isEmpty else { return nil }
            return Look(
                revision: state.nextRevision(), engineID: engine.id, name: engine.name,
                place: engine.ip.isEmpty ? address.host : engine.ip, processors: engine.hostProcessors,
                ahead: engine.ahead)
        }
    }

    /// Looks at all containers: those that are new or have changed are inspected, those that are not listed are gone.
    func listContainers(isStrict: Bool = false) async throws(DockerError) {
        guard let look = look() else { return }
        let list = try await ask("/containers/json", query: [("all", "1")], what: "list containers")
        let rows = (list.document.elements ?? []).filter { $0["Id"].text?.isEmpty == false }
        let known = cluster.read { state in
            var known: [String: ClusterContainer] = [:]
            for container in state.containers(on: address) { known[container.id] = container }
            return known
        }
        var changed: [JSONValue] = []
        var ids: Set<String> = []
        for row in rows {
            guard let id = row["Id"].text else { continue }
            ids.insert(id)
            if let container = known[id], container.mark == look.mark(row),
                !isStrict || container.condition.status(now: list.middle) == row["Status"].text
            {
                continue
            }
            changed.append(row)
        }
        await inspect(changed, look, deadline: cluster.settings.glance * 2)
        let listed = ids
        cluster.change { $0.keep(listed, on: address, revision: look.revision) }
    }

    /// Looks at some containers.
    func glance(at ids: Set<String>) async {
        guard !ids.isEmpty, let look = look() else { return }
        let filters = JSONValue.object(JSONObject([("id", .strings(ids.sorted()))])).octets
        let query = [("all", "1"), ("filters", String(decoding: filters, as: UTF8.self))]
        await quietly {
            let list = try await self.ask(
                "/containers/json", query: query, what: "list containers", deadline: self.cluster.settings.glance)
            let rows = (list.document.elements ?? []).filter { row in row["Id"].text.map(ids.contains) == true }
            await self.inspect(rows, look, deadline: self.cluster.settings.glance)
            let listed = Set(rows.compactMap { $0["Id"].text })
            self.cluster.change { state in
                for id in ids.subtracting(listed) where (state.directory.containers[id]?.revision ?? 0) < look.revision
                {
                    if state.directory.containers[id]?.engineID == look.engineID { state.remove(id: id) }
                }
            }
        }
    }

    /// Inspects containers, a few at once; one whose inspection fails stays as it is known, and is looked at again.
    private func inspect(_ rows: [JSONValue], _ look: Look, deadline: Duration) async {
        guard !rows.isEmpty else { return }
        await withDiscardingTaskGroup { group in
            let queue = RowQueue(rows)
            for _ in 0..<min(cluster.settings.inspectionsMax, rows.count) {
                group.addTask {
                    while !Task.isCancelled, let row = queue.next() {
                        await self.inspect(row, look, deadline: deadline)
                    }
                }
            }
        }
    }

    private func inspect(_ row: JSONValue, _ look: Look, deadline: Duration) async {
        guard let id = row["Id"].text else { return }
        do {
            let answer = try await ask("/containers/\(id)/json", what: "inspect \(id)", deadline: deadline)
            let container = ClusterContainer(
                engineRow: row, inspection: answer.document, inspected: answer.octets, engineID: look.engineID,
                node: look.name, address: look.place, processors: look.processors, ahead: look.ahead)
            guard var container else { return }
            container.revision = look.revision
            container.mark = look.mark(row)
            let known = container
            cluster.change { $0.put(known, on: address) }
        } catch  where error.status == 404 {
            // It is gone since it was listed.
        } catch {
            doubt.ring()
            logger.debug("swarm: a container is not known", metadata: ["id": "\(id)", "error": "\(error)"])
        }
    }
}
