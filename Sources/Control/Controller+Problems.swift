internal import Discovery
internal import Gateway
internal import KeyValue
internal import Logging
internal import Routing
internal import Synchronization

/// What is wrong, as far as the control plane knows.
extension Controller {
    /// Tells what has become wrong and what has been mended.
    ///
    /// - Returns: whether anything has.
    func tellProblems(_ work: inout Work) -> Bool {
        let outage = work.outages.services ?? work.outages.routes ?? work.certificates?.outage
        let areCertificatesReady = certificates == nil || work.certificates?.isReady == true
        // What a former run knew of counts until all was heard that can be heard.
        let isSettled = work.isStoreHeard && areCertificatesReady
        let problems = problems(work, outage)
        let change = work.book.update(
            problems, time: surroundings.clock.wallSeconds(), isSettled: isSettled)
        let logger = surroundings.logger
        for problem in change.appeared.prefix(Self.loggedProblems) {
            logger.log(level: problem.severity == .warning ? .warning : .info, "\(problem)")
        }
        for problem in change.gone.prefix(Self.loggedProblems) { logger.info("no more: \(problem)") }
        for (what, list) in [("appeared", change.appeared), ("went", change.gone)]
        where list.count > Self.loggedProblems {
            logger.warning("\(list.count - Self.loggedProblems) more problems \(what)")
        }
        for problem in change.appeared { surroundings.onEvent(.appeared(problem)) }
        for problem in change.gone { surroundings.onEvent(.gone(problem)) }
        let isReady = work.state.isComplete
        box.withLock { status in
            status.problems = work.book.problems
            status.isReady = isReady
            status.overrides = work.state.overrides.list
            status.outage = outage?.description
            status.isStoreAvailable = work.isStoreHeard && outage == nil
            status.certificates = work.certificates?.certificates ?? []
        }
        if isReady, areCertificatesReady, !work.isReadyTold {
            work.isReadyTold = true
            markReady.yield()
            markReady.finish()
        }
        return !change.appeared.isEmpty || !change.gone.isEmpty
    }

    /// All that is wrong now.
    private func problems(_ work: Work, _ outage: KeyValueError?) -> [DiscoveryProblem] {
        var problems = work.state.problems
        for problem in work.compileProblems {
            problems.append(
                DiscoveryProblem(subject: problem.subject, reason: problem.reason, provenance: problem.provenance))
        }
        problems += work.shadows.map { DiscoveryProblem($0) }
        if let report = work.certificates { problems += report.problems }
        if let outage {
            problems.append(
                DiscoveryProblem(
                    subject: ProblemBook.store,
                    reason:
                        "\(outage.description); what was last heard stands: start the store again, or mend the way to it",
                    provenance: nil))
        }
        if let reload = work.reload { problems += Self.problems(reload) }
        if let fault = work.keepingFault {
            problems.append(
                DiscoveryProblem(
                    subject: ProblemBook.keeping,
                    reason:
                        "the last good table cannot be kept, so a restart while the store is away would begin empty: "
                        + "\(fault): make room there, and let the edge write", provenance: nil))
        }
        return problems
    }

    private static func problems(_ reload: ControlNews.Reload) -> [DiscoveryProblem] {
        switch reload {
        case .taken(let keys):
            keys.isEmpty
                ? []
                : [
                    DiscoveryProblem(
                        subject: ProblemBook.configuration,
                        reason:
                            "what was read anew of these keys is not in force: \(keys.joined(separator: ", ")): restart "
                            + "the edge, or have it taken over", provenance: nil, severity: .notice)
                ]
        case .unusable(let reasons):
            [
                DiscoveryProblem(
                    subject: ProblemBook.configuration,
                    reason: "it was to be read anew and cannot be used, so the former one stands: "
                        + "\(reasons.prefix(3).joined(separator: "; ")): mend the file, and reload again",
                    provenance: nil)
            ]
        }
    }
}
