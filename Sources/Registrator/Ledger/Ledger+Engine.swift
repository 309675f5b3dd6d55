internal import DockerEngine
internal import Logging

extension Ledger {
    // MARK: Lists and inspections

    mutating func listed(_ ids: [String]) {
        isListing = false
        listFailures = 0
        guard !mustListAgain else {
            mustListAgain = false
            list()
            return
        }
        let isFirst = awaited == nil
        if isFirst { awaited = Set(ids) }
        // Those that are known and not listed too: an inspection tells how they ended.
        for id in Set(ids).union(records.keys).sorted() { inspect(id) }
    }

    mutating func listFailed(_ reason: String, _ now: Duration) {
        isListing = false
        if listFailures == 0 { log(.error, reason) }
        listRetryAt = now + Self.pause(after: listFailures)
        listFailures += 1
    }

    mutating func inspected(_ id: String, _ ticket: Int, _ details: ContainerDetails?, _ now: Duration) {
        guard var record = records[id], record.ticket == ticket else { return }
        record.ticket = nil
        record.failures = 0
        awaited?.remove(id)
        guard let details else {
            records[id] = record
            remove(id, "it is gone")
            return
        }
        record.details = details
        records[id] = record
        reread(id)
        if record.isUp {
            records[id]?.ended = nil
            if record.stopping?.isDoubted == true {
                log(.notice, "\(Self.short(id)) \(details.name): it has outlived the signal to end")
                records[id]?.stopping = nil
            }
        } else if record.ended == nil {
            ended(id, exitCode: details.state.exitCode, now)
        }
    }

    mutating func inspectFailed(_ id: String, _ ticket: Int, _ reason: String, _ now: Duration) {
        guard var record = records[id], record.ticket == ticket else { return }
        record.ticket = nil
        record.retryAt = now + Self.pause(after: record.failures)
        record.failures += 1
        records[id] = record
        guard record.failures == Self.failuresToWait else { return }
        log(.error, "\(Self.short(id)): \(reason): it is tried again")
        awaited?.remove(id)
    }

    private static func pause(after failures: Int) -> Duration {
        min(retryPause * (1 << min(failures, 10)), retryMaximum)
    }

    // MARK: Events

    mutating func happened(_ event: EngineEvent, _ now: Duration) {
        if event.type == "network" {
            // What it happened to is the network; the container stands beside it.
            if let id = event.attributes["container"], records[id] != nil { inspect(id) }
            return
        }
        guard event.type == "container", !event.actorID.isEmpty else { return }
        let id = event.actorID
        if let health = event.health {
            change(id) { $0.health = health }
            return
        }
        switch event.action {
        case "start": started(id)
        case "kill": killed(id, event.attributes["signal"] ?? "", now)
        case "die":
            guard records[id] != nil else { return }
            let code = event.attributes["exitCode"].flatMap { Int($0) }
            records[id]?.details?.state.isRunning = false
            records[id]?.ticket = nil
            awaited?.remove(id)
            if let code { ended(id, exitCode: code, now) } else { inspect(id) }
        case "destroy": remove(id, "it was removed")
        case "pause": change(id) { $0.isPaused = true }
        case "unpause": change(id) { $0.isPaused = false }
        case "rename", "update": if records[id] != nil { inspect(id) }
        default: break
        }
    }

    private mutating func started(_ id: String) {
        records[id]?.stopping = nil
        inspect(id)
    }

    /// Takes in what an event says of a container's state.
    private mutating func change(_ id: String, _ change: (inout ContainerState) -> Void) {
        guard let record = records[id] else { return }
        if var details = record.details {
            change(&details.state)
            records[id]?.details = details
        }
        // An answer that is under way may not know of it yet.
        if record.ticket != nil { inspect(id) }
    }

    private mutating func killed(_ id: String, _ signal: String, _ now: Duration) {
        guard let record = records[id], record.isUp else { return }
        let stop = StopSignal(of: record.details)
        guard stop.ends(signal) else { return }
        let patience = max(Self.stopPatience, (stop.timeout ?? .zero) + Self.retryMaximum)
        records[id]?.stopping = ContainerRecord.Stopping(
            leavesAt: record.stopping == nil ? now + settings.drain : record.stopping?.leavesAt, doubtAt: now + patience
        )
    }

    /// A container has ended: its entries go, or stay as long as they may.
    private mutating func ended(_ id: String, exitCode: Int, _ now: Duration) {
        guard let record = records[id] else { return }
        let isWell = exitCode == 0 || exitCode & 128 != 0
        // Who was stopped has ended on purpose, whatever it says.
        let goes = settings.deregister == .always || isWell || record.stopping != nil
        guard !goes, !record.reading.services.isEmpty else {
            remove(id, "it ended with \(exitCode)")
            return
        }
        log(.notice, "\(Self.short(id)): it ended with \(exitCode): its entries stay")
        records[id]?.stopping = nil
        records[id]?.ended = ContainerRecord.Ended(until: settings.timeToLive.map { now + $0 })
    }
}
