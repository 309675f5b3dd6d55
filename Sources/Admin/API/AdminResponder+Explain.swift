internal import Control
internal import FoundationEssentials
internal import Gateway
internal import HTTPTypes
internal import Routing

/// Why a request goes where it goes.
extension AdminResponder {
    /// What the edge would do with the request that the parameters describe, as JSON or, with `format=text`, for people.
    func explain(_ query: AdminQuery) throws(AdminRefusal) -> AdminAnswer {
        if let id = query["id"] { return try explain(id: id, query) }
        guard let url = query["url"] else {
            throw AdminRefusal(.badRequest, "url is missing: ?url=http://shop.example.com/cart, or ?id= of a request")
        }
        var question = ExplanationQuestion(url: url)
        question.method = query["method"] ?? question.method
        question.client = query["client"]
        question.listener = query["listener"]
        question.serverName = query["sni"]
        for header in query.headers {
            let parts = header.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else {
                throw AdminRefusal(.badRequest, "header is \"\(header)\": it is a name, a colon and a value")
            }
            let value = parts[1].drop { $0 == " " }
            question.headers.append(NameValue(name: String(parts[0]), value: String(value)))
        }
        let explanation = try explain(question, at: query.generation("at"))
        return try Self.answer(explanation, query) { explanation.text() }
    }

    private func explain(_ question: ExplanationQuestion, at generation: UInt64?) throws(AdminRefusal) -> Explanation {
        do {
            return try subject.controller.explain(question, by: subject.gateway, at: generation)
        } catch {
            throw AdminRefusal(.badRequest, error.description)
        }
    }

    /// A request already made, and why it went where it went: by its own table if that is kept.
    private func explain(id: String, _ query: AdminQuery) throws(AdminRefusal) -> AdminAnswer {
        struct Made: Encodable {
            var request: RecentRequest
            var explanation: Explanation?
        }
        guard subject.gateway.keepsRecentRequests else {
            throw AdminRefusal(.notFound, "requests are kept by the access log, and there is none: see access_log")
        }
        guard let request = subject.gateway.recentRequest(id: id) else {
            throw AdminRefusal(
                .notFound,
                "no request \(id) is kept: only the latest that were logged are, since the edge started or was taken over"
            )
        }
        let isKept = subject.controller.generations.contains { $0.generation == request.generation }
        var made = Made(request: request)
        if let question = request.question,
            var explanation = try? explain(question, at: isKept ? request.generation : nil)
        {
            explanation.notes += Self.notes(on: request, isKept: isKept, explanation)
            made.explanation = explanation
        }
        return try Self.answer(made, query) { request.text + (made.explanation.map { "\n" + $0.text() } ?? "") }
    }

    /// How the request at hand and its explanation may differ.
    private static func notes(on request: RecentRequest, isKept: Bool, _ explanation: Explanation) -> [String] {
        var notes: [String] = []
        if !isKept {
            notes.append("its table, generation \(request.generation), is not kept: this is by the one in force")
        }
        if request.failure == "misdirected" {
            notes.append("its connection was made for another name, which is not kept: --sni asks by one")
        } else if explanation.route?.name != request.route {
            notes.append("of its fields only Host is kept: others have led it another way")
        }
        return notes
    }

    /// The tables that can be asked about; with `from` or `to`, what differs between two: `to` is else the newest, `from`
    /// the one before.
    func generations(_ query: AdminQuery) throws(AdminRefusal) -> AdminAnswer {
        struct List: Encodable {
            var generations: [TableGeneration]
        }
        let list = subject.controller.generations
        let from = try query.generation("from")
        let to = try query.generation("to")
        guard from != nil || to != nil, let newest = list.last?.generation else {
            return try Self.answer(List(generations: list), query) {
                list.map { "\($0.generation)  \($0.changes)\n" }.joined()
            }
        }
        let later = to ?? newest
        // Of the very first there is none before: it does not differ from itself.
        let earlier = from ?? list.last { $0.generation < later }?.generation ?? later
        let difference: TableDifference
        do {
            difference = try subject.controller.difference(from: earlier, to: later)
        } catch {
            throw AdminRefusal(.notFound, error.description)
        }
        return try Self.answer(difference, query) { difference.text }
    }

    /// `value` in the form that is asked for.
    private static func answer(
        _ value: some Encodable, _ query: AdminQuery, text: () -> String
    ) throws(AdminRefusal) -> AdminAnswer {
        switch query["format"] ?? "json" {
        case "text":
            return AdminAnswer(fields: [.contentType: "text/plain; charset=utf-8"], body: Array(text().utf8))
        case "json":
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(value) else {
                throw AdminRefusal(.internalServerError, "this cannot be written as JSON: ask for text")
            }
            return .json(Array(data))
        case let format:
            throw AdminRefusal(.badRequest, "format is \"\(format)\": it is json or text")
        }
    }
}

extension AdminQuery {
    /// A table's number; nil if it is not there.
    fileprivate func generation(_ name: String) throws(AdminRefusal) -> UInt64? {
        guard self[name] != nil else { return nil }
        return try number(name, else: 0, atMost: Self.numberMaximum)
    }
}
