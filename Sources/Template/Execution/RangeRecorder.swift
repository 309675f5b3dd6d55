/// Knows what rounds of ranges wrote in the execution before, and notes what they write in this one.
///
/// Of ranges within one another the outermost that can be kept is.
final class RangeRecorder {
    /// A range in both executions.
    final class Track {
        let facts: RangeFacts
        let old: RangeRecord
        var new = RangeRecord()
        /// The old round that comes next if nothing has changed.
        private var cursor = 0
        /// Where each element is among the old rounds; made when several are not where they were expected.
        private var places: [ObjectIdentifier: Int]?
        /// How many have not been found since the last that was.
        private var misses = 0
        /// The old context that the newest one is the same as; nil for none.
        private var oldContext: Int?

        /// How far behind its place a round is looked for before all are.
        private static let window = 8
        /// So many new elements in a row are nothing strange.
        private static let missesMax = 4

        init(_ facts: RangeFacts, old: RangeRecord) {
            self.facts = facts
            self.old = old
            new.rounds.reserveCapacity(old.rounds.count)
        }

        /// Begins rounds that find `values` in variables from outside.
        func open(_ values: [Operand]) -> (new: Int, old: Int?) {
            if let last = new.contexts.last, last.isInterchangeable(with: values) {
                return (new.contexts.count - 1, oldContext)
            }
            new.contexts.append(values)
            let expected = cursor < old.rounds.count ? old.rounds[cursor].context : 0
            oldContext = (expected..<max(min(expected + Self.window, old.contexts.count), expected)).first {
                old.contexts[$0].isInterchangeable(with: values)
            }
            return (new.contexts.count - 1, oldContext)
        }

        /// The old round of `element`.
        func find(_ element: Operand, where isSame: (RangeRecord.Round) -> Bool) -> RangeRecord.Round? {
            let end = min(cursor + Self.window, old.rounds.count)
            var place = cursor
            while place < end {
                if old.rounds[place].element.isInterchangeable(with: element), isSame(old.rounds[place]) {
                    misses = 0
                    cursor = place + 1
                    return old.rounds[place]
                }
                place += 1
            }
            misses += 1
            guard misses > Self.missesMax, let identity = element.value.identity, !old.rounds.isEmpty else {
                return nil
            }
            let places = places ?? allPlaces()
            self.places = places
            guard let place = places[identity], old.rounds[place].element.isInterchangeable(with: element),
                isSame(old.rounds[place])
            else { return nil }
            misses = 0
            cursor = place + 1
            return old.rounds[place]
        }

        private func allPlaces() -> [ObjectIdentifier: Int] {
            var places: [ObjectIdentifier: Int] = [:]
            places.reserveCapacity(old.rounds.count)
            for (place, round) in old.rounds.enumerated() {
                if let identity = round.element.value.identity { places[identity] = place }
            }
            return places
        }
    }

    /// One execution of a range.
    final class Run {
        let track: Track
        let context: (new: Int, old: Int?)
        /// Where the outer variables are that the body sets.
        let assigned: [Int]
        let usesIndex: Bool
        /// The round that is being executed, without its end.
        var round: RangeRecord.Round?

        init(_ track: Track, context: (new: Int, old: Int?), assigned: [Int], usesIndex: Bool) {
            self.track = track
            self.context = context
            self.assigned = assigned
            self.usesIndex = usesIndex
        }
    }

    private let memo: ExecutionMemo
    private let old: ExecutionMemo.Kept
    private var reader: RangeReader
    /// Nil for ranges that cannot be kept.
    private var tracks: [RangePlace: Track?] = [:]
    /// Whether a round is being noted.
    var isRecording = false
    private var roundsLeft = 1_000_000
    /// Octets of texts that rounds leave in variables: one that grows with each round would be kept as often.
    private var octetsLeft = 16 << 20

    init(_ memo: ExecutionMemo, _ execution: Execution) {
        self.memo = memo
        old = memo.take(for: execution.template.tree)
        reader = RangeReader(execution.template.tree, execution.callables)
    }

    /// What was written.
    var text: [UInt8] { old.output }

    /// The range at `place`, if it can be kept.
    func track(of place: RangePlace) -> Track? {
        if let known = tracks[place] { return known }
        let track = reader.facts(of: place).map { Track($0, old: old.ranges[place] ?? RangeRecord()) }
        tracks[place] = .some(track)
        return track
    }

    /// Keeps a round of `track`, unless there are so many already that they would fill the memory.
    func keep(_ round: RangeRecord.Round, of track: Track) {
        guard roundsLeft > 0, octetsLeft > 0 else { return }
        roundsLeft -= 1
        for (before, after) in zip(round.before, round.after) {
            if let octets = after.value.octets, octets != before.value.octets { octetsLeft -= octets.count }
        }
        track.new.rounds.append(round)
    }

    /// Ends the execution: what it left is kept, and after a failure what was there before.
    func finish(_ output: [UInt8]?) {
        guard let output else { return memo.put(old) }
        memo.put(
            ExecutionMemo.Kept(tree: old.tree, output: output, ranges: tracks.compactMapValues { $0?.new }))
    }
}

extension Interpreter {
    /// Begins to note a range, if it can be kept and no range around it is being noted.
    func record(_ iteration: Iteration, at place: RangePlace) -> RangeRecorder.Run? {
        guard let recorder, !recorder.isRecording, iteration.names.count == 0 || !iteration.isAssignment,
            iteration.hasElements, let track = recorder.track(of: place)
        else { return nil }
        // The range's own variables come last: what they hold is known by the element.
        let own = iteration.variableCount - Int(iteration.names.count)
        var usesIndex = false
        var values: [Operand] = []
        for capture in track.facts.captures {
            guard let found = self.place(of: capture.name) else { continue }
            if found >= own {
                usesIndex = usesIndex || found < iteration.variableCount - 1
            } else if !track.facts.assigned.contains(capture.name) {
                values.append(value(of: variables[found].operand, fields: capture.fields))
            }
        }
        let assigned = track.facts.assigned.compactMap { self.place(of: $0) }.filter { $0 < own }
        return RangeRecorder.Run(track, context: track.open(values), assigned: assigned, usesIndex: usesIndex)
    }

    private func place(of name: Int32) -> Int? {
        variables[base...].lastIndex { $0.name == name }
    }

    /// A variable's field, or what is found on the way to it beyond which it cannot be told apart.
    private func value(of operand: Operand, fields: [Int32]) -> Operand {
        var operand = operand
        for field in fields {
            let name = tree.rows.names[Int(field)]
            guard let structure = operand.value.structureValue, let index = structure.type.index(of: name),
                structure.type.methods.method(name, onPointer: true) == nil
            else { return operand }
            operand = Operand(structure.fields[index], isInterface: structure.type.fields[index].type == .any)
        }
        return operand
    }

    /// Writes what a round wrote before, if it would write the same again.
    mutating func replay(
        _ run: RangeRecorder.Run, index: Operand, element: Operand
    ) throws(TemplateError) -> Bool {
        guard let recorder, let context = run.context.old else { return false }
        let round = run.track.find(element) { round in
            guard round.context == context, !run.usesIndex || round.index.isInterchangeable(with: index) else {
                return false
            }
            return hold(round.before, run.assigned)
        }
        guard var round else { return false }
        try step(round.steps)
        try spend(bytes: round.bytes)
        let start = output.count
        output += recorder.text[round.start..<round.start + round.count]
        try checkOutput()
        for (place, operand) in zip(run.assigned, round.after) { variables[place].operand = operand }
        round.start = start
        round.context = run.context.new
        recorder.keep(round, of: run.track)
        return true
    }

    /// Whether the variables at `places` hold `operands`.
    private func hold(_ operands: [Operand], _ places: [Int]) -> Bool {
        guard operands.count == places.count else { return false }
        for (operand, place) in zip(operands, places)
        where !variables[place].operand.isInterchangeable(with: operand) {
            return false
        }
        return true
    }

    /// Begins to note a round.
    func note(_ run: RangeRecorder.Run, index: Operand, element: Operand) {
        recorder?.isRecording = true
        run.round = RangeRecord.Round(
            element: element, index: run.usesIndex ? index : .missing, context: run.context.new,
            before: run.assigned.map { variables[$0].operand }, after: [], start: output.count, count: 0,
            steps: stepsTaken, bytes: execution.budget.bytes)
    }

    /// Ends it.
    func noteEnd(_ run: RangeRecorder.Run) {
        guard var round = run.round else { return }
        run.round = nil
        recorder?.isRecording = false
        round.count = output.count - round.start
        round.steps = stepsTaken - round.steps
        round.bytes = execution.budget.bytes - round.bytes
        round.after = run.assigned.map { variables[$0].operand }
        // What was made in this execution may not be what the next one would make.
        guard zip(round.before, round.after).allSatisfy({ $0.isInterchangeable(with: $1) || $1.value.isBasic }) else {
            return
        }
        if round.after.isInterchangeable(with: round.before) { round.after = round.before }
        recorder?.keep(round, of: run.track)
    }

    private var stepsTaken: Int { execution.budget.steps + Budget.stepsBetweenLooks - stepsLeft }
}
