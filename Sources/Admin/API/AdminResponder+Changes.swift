internal import KeyValue
internal import Control
internal import HTTPTypes
internal import Logging

/// What is changed while the edge runs.
extension AdminResponder {
    func follow(
        _ order: AdminEndpoint.AdminOrder, service: String, address: String, _ query: AdminQuery
    ) async throws(AdminRefusal) -> AdminAnswer {
        let standing: EndpointOverride?
        do {
            standing = try await subject.controller.order(
                try self.order(order, query), service: service, address: address)
        } catch let refusal as AdminRefusal {
            throw refusal
        } catch {
            throw AdminRefusal(error, service: service, address: address)
        }
        return .json { writer in
            writer.name("service")
            writer.string(service)
            writer.name("address")
            writer.string(address)
            writer.name("override")
            EdgeViews.write(standing, to: &writer)
        }
    }

    private func order(_ order: AdminEndpoint.AdminOrder, _ query: AdminQuery) throws(AdminRefusal) -> EndpointOrder {
        switch order {
        case .drain: return .state(.drain)
        case .disable: return .state(.disable)
        case .enable: return .state(nil)
        case .weight:
            guard let text = query["value"] else {
                throw AdminRefusal(.badRequest, "value is missing: ?value=5, or ?value=auto for the store's")
            }
            if text == "auto" { return .weight(nil) }
            guard let weight = UInt16(text), text.first != "+" else {
                throw AdminRefusal(.badRequest, "value is \"\(text)\": it is a weight from 0 to 65535, or auto")
            }
            return .weight(Int(weight))
        }
    }

    /// Tells the level of the log, or changes it.
    func logLevel(_ method: HTTPRequest.Method, _ query: AdminQuery) throws(AdminRefusal) -> AdminAnswer {
        guard let levels = subject.logLevel else {
            throw AdminRefusal(.notFound, "the level of this edge's log cannot be changed")
        }
        if method == .put {
            guard let text = query["value"], let level = Logger.Level(rawValue: text) else {
                let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw AdminRefusal(.badRequest, "value is \"\(query["value"] ?? "")\": it is one of \(known)")
            }
            levels.level = level
            logger.log(level: max(level, .notice), "the level of the log is \(level) from now on")
            subject.journal.note(
                JournalEntry(
                    time: subject.journal.now, kind: .order, subject: "log level", what: level.rawValue, detail: ""))
        } else if query["value"] != nil {
            throw AdminRefusal(.badRequest, "value is there, but only PUT changes something")
        }
        return .json { writer in
            writer.name("level")
            writer.string(levels.level.rawValue)
        }
    }
}

extension AdminRefusal {
    /// Why an order is not followed.
    fileprivate init(_ refusal: any Error, service: String, address: String) {
        switch refusal as? OrderRefusal {
        case .unknown?:
            self.init(
                .notFound, "the store has no endpoint \(address) of \(service): /api/v1/endpoints lists what there is")
        case .storeSays(let what)?:
            self.init(
                .conflict, "the store itself says \(what) of \(service)/\(address): change it there")
        case .badWeight?: self.init(.badRequest, "a weight is 0 to 65535")
        case .unanswered?, nil:
            self.init(.serviceUnavailable, "the control plane has not followed the order in time: ask again")
        }
    }
}
