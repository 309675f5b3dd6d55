internal import Routing

extension EndpointValue {
    /// A route in words: `route="host=shop.example.com path=/api"`.
    mutating func readRoute(_ text: String, name: String?, attribute: String) {
        guard name?.isEmpty != true else {
            problems.append("\(attribute) has no name after the underscore: write route_NAME, or route alone")
            return
        }
        do {
            add(try RouteWords.document(text), name: name, what: attribute)
        } catch {
            problems.append("\(attribute): \(error)")
        }
    }

    /// The routes of a JSON object: `"routes": [{"hosts": ["shop.example.com"]}]`.
    mutating func readRoutes(_ node: DocumentNode) {
        switch node.content {
        case .null: break
        case .sequence(let items):
            for (index, item) in items.enumerated() { add(item, name: nil, what: "routes[\(index)]") }
        case .scalar, .mapping: problems.append("routes is no list: write [{\"hosts\": [NAME]}]")
        }
    }

    private mutating func add(_ node: DocumentNode, name: String?, what: String) {
        guard routes.count < EndpointRoute.limit else {
            problems.append("\(what) is left out: at most \(EndpointRoute.limit) routes are read of one value")
            return
        }
        let reader = DocumentReader(source: "")
        if let route = reader.endpointRoute(node, name: name) {
            routes.append(route)
        } else {
            problems += reader.errors.map { "\(what): \($0.message)" }
        }
    }
}
