internal import Discovery
public import Gateway
public import Routing
internal import Synchronization

/// Answers to "why did this request go there?", now and as of former tables.
extension Controller {
    /// The tables that were in force and can still be asked about, the oldest first.
    public var generations: [TableGeneration] {
        history.withLock { $0.entries }.map { TableGeneration($0) }
    }

    /// What differs between two generations, and which keys made it so.
    public func difference(from: UInt64, to: UInt64) throws(ExplanationError) -> TableDifference {
        TableDifference(from: try entry(from), to: try entry(to))
    }

    /// Why a request goes where it goes, or, by a former table, would have gone.
    ///
    /// - Parameters:
    ///   - gateway: whose listeners and table it is about.
    ///   - generation: the table that it is about; nil: the one in force.
    public func explain(
        _ question: ExplanationQuestion, by gateway: Gateway, at generation: UInt64? = nil
    ) throws(ExplanationError) -> Explanation {
        var explanation: Explanation
        if let generation, generation != gateway.table.generation {
            let (table, _) = RoutingTable.compile(try entry(generation).description, previous: nil)
            explanation = try gateway.explain(question, in: table)
            explanation.notes.append(
                "as of generation \(generation): how its endpoints stood then is not known, so all count as in")
            if explanation.certificate != nil {
                explanation.notes.append("its certificate is the one that is shown now")
            }
        } else {
            explanation = try gateway.explain(question)
        }
        currentConfiguration.locate(&explanation)
        return explanation
    }

    private func entry(_ generation: UInt64) throws(ExplanationError) -> TableHistory.Entry {
        let history = history.withLock { $0 }
        if let entry = history[generation] { return entry }
        guard let first = history.entries.first, let last = history.entries.last else {
            throw ExplanationError("no table was put in force yet")
        }
        throw ExplanationError(
            "generation \(generation) is not kept: there are \(first.generation) to \(last.generation)")
    }
}

extension DiscoveryProblem {
    /// What a table was found to have that hardly is as it was meant.
    init(_ finding: TableFinding) {
        self.init(
            subject: finding.subject, reason: finding.reason, provenance: finding.provenance,
            severity: finding.weight == .never ? .warning : .notice)
    }
}
