internal import Gateway
internal import Discovery
internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Spans

/// Takes requests to what answers them.
struct AdminResponder: HTTPResponder {
    /// What belongs to one request: nothing.
    struct Context: InitializableFromSource {
        init(source: ApplicationRequestContextSource) {}
    }

    let subject: AdminSubject
    let gate: AdminGate
    let watch: ProblemWatch
    let meter: RateMeter
    let logger: Logger
    /// What stands at metrics' samples.
    let labels = LabelBook()

    func respond(to request: Request, context: Context) async throws -> Response {
        var answer: AdminAnswer
        do throws(AdminRefusal) {
            let query = try AdminQuery(target: request.head.path ?? "")
            let endpoint = try admit(request, query)
            if case .page(let part) = endpoint { return Self.response(part.answer(to: request.headers), to: request) }
            if endpoint == .stream, request.method == .get { return try stream(request, query) }
            answer = try await self.answer(request.method, endpoint, query)
        } catch {
            answer = error.answer
        }
        // Nothing here is to be shown in a frame, kept, or taken for something else.
        answer.fields[.cacheControl] = "no-store"
        return Self.response(answer, to: request)
    }

    private static func response(_ answer: AdminAnswer, to request: Request) -> Response {
        var answer = answer
        answer.fields[.xContentTypeOptions] = "nosniff"
        if request.method == .head || answer.status == .notModified {
            if answer.status != .notModified { answer.fields[.contentLength] = "\(answer.body.count)" }
            return Response(status: answer.status, headers: answer.fields, body: ResponseBody())
        }
        return Response(
            status: answer.status, headers: answer.fields, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func admit(_ request: Request, _ query: AdminQuery) throws(AdminRefusal) -> AdminEndpoint {
        let endpoint = AdminEndpoint(path: query.path)
        // A stranger does not learn what there is.
        try gate.admit(
            method: request.method, authority: request.head.authority ?? "", fields: request.headers,
            isOpen: endpoint?.isOpen ?? false, isPage: endpoint?.isPage ?? false)
        guard let endpoint else {
            throw AdminRefusal(.notFound, "nothing is at \(query.path): /api/v1/openapi.json says what there is")
        }
        guard endpoint.methods.contains(request.method) else {
            let allowed = endpoint.methods.map(\.rawValue).joined(separator: ", ")
            var refusal = AdminRefusal(.methodNotAllowed, "\(request.method.rawValue) is not taken here: \(allowed)")
            refusal.fields[.allow] = allowed
            throw refusal
        }
        try query.check(endpoint.parameters)
        return endpoint
    }

    private func answer(
        _ method: HTTPRequest.Method, _ endpoint: AdminEndpoint, _ query: AdminQuery
    ) async throws(AdminRefusal) -> AdminAnswer {
        let views = EdgeViews(subject: subject, watch: watch)
        return switch endpoint {
        case .alive: await alive()
        case .ready: ready()
        case .metrics: metrics()
        case .info: views.info()
        case .services: views.services(named: query["name"])
        case .routes: views.routes(named: query["name"])
        case .endpoints: views.endpoints(of: query["service"])
        case .listeners: views.listeners()
        case .certificates: views.certificates()
        case .events: try views.events(query)
        case .problems: views.problems()
        case .explain: try explain(query)
        case .generations: try generations(query)
        case .document: .json(Array(OpenAPIDocument.text.utf8))
        case .stream: AdminAnswer(fields: [.contentType: EventStream.contentType])
        case .logLevel: try logLevel(method, query)
        case .page(let part): part.answer(to: HTTPFields())
        case .order(let service, let address, let order):
            try await follow(order, service: service, address: address, query)
        }
    }

    // MARK: The whole edge

    /// How long workers and the control plane may take to give a sign of life.
    private static let patience: Duration = .seconds(2)

    private func alive() async -> AdminAnswer {
        async let workers = subject.gateway.isAlive(within: Self.patience)
        async let control = subject.controller.isAlive(within: Self.patience)
        let isDraining = subject.gateway.isDraining
        switch await (workers, control) {
        // Workers end one after the other, and nobody is to cut the drain short.
        case (true, true),
            (_, true) where isDraining:
            return .text("ok")
        case (false, _): return .text("a worker does not turn", status: .serviceUnavailable)
        case (_, false): return .text("the control plane stands", status: .serviceUnavailable)
        default: return .text("ok")
        }
    }

    private func ready() -> AdminAnswer {
        if subject.gateway.isDraining { return .text("draining", status: .serviceUnavailable) }
        guard subject.controller.status.isReady else {
            return .text("there is no table yet: the store has not answered", status: .serviceUnavailable)
        }
        return .text("ok")
    }

    private func metrics() -> AdminAnswer {
        let problems = watch.problems
        let warnings = problems.count { $0.severity == .warning }
        let (seen, caps) = (subject.gateway.observe(), EdgeMetrics.Caps())
        let metrics = EdgeMetrics(
            version: subject.version, seen: seen, status: subject.controller.status, times: subject.journal.times,
            isReady: subject.isReady, problems: (warnings, problems.count - warnings), process: .now(), caps: caps,
            labels: labels.labels(of: seen.table, caps), spans: subject.spans?.figures ?? SpanFigures())
        return AdminAnswer(
            fields: [.contentType: "text/plain; version=0.0.4; charset=utf-8"], body: metrics.exposition())
    }

    private func stream(_ request: Request, _ query: AdminQuery) throws(AdminRefusal) -> Response {
        let wantsRates = try query.flag("rates")
        guard wantsRates || query["service"] == nil else {
            throw AdminRefusal(.badRequest, "service is there without rates: ?rates=true&service=NAME")
        }
        guard let entries = subject.journal.listen() else {
            throw AdminRefusal(
                .serviceUnavailable, "\(AdminJournal.listenersMaximum) listen already: close one of them")
        }
        let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { UInt64($0) }
        let stream = EventStream(
            subject: subject, watch: watch, entries: entries, after: last, meter: wantsRates ? meter : nil,
            service: query["service"])
        return Response(
            status: .ok,
            headers: [
                .contentType: EventStream.contentType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ], body: ResponseBody { writer in try await stream.write(to: &writer) })
    }
}
