extension TopModel {
    /// Letters of a filter.
    private static let filterMaximum = 100

    /// Takes a key, and says what else is to be done.
    mutating func press(_ key: Key) -> Effect? {
        switch key {
        case .control("c"): return .quit
        case .control("l"): return .redraw
        case .control("z"): return .suspend
        case .mode: return nil
        default: break
        }
        message = nil
        if question != nil { return answer(key) }
        if isTyping {
            type(key)
            return nil
        }
        if isHelp {
            isHelp = false
            return nil
        }
        return command(key)
    }

    /// `y` or `n`; what is neither changes nothing.
    private mutating func answer(_ key: Key) -> Effect? {
        switch key {
        case .character("y"), .character("Y"):
            guard let order = question?.order else { return nil }
            question = nil
            message = "\(order.action.rawValue) \(order.service)/\(order.address)..."
            return .send(order)
        case .character("n"), .character("N"), .escape: question = nil
        default: break
        }
        return nil
    }

    private mutating func type(_ key: Key) {
        var filter = listing.filter
        switch key {
        case .character(let character): filter.append(character)
        case .paste(let text): filter += text.prefix { $0 != "\n" && $0 != "\r" }
        case .backspace: _ = filter.popLast()
        case .control("u"): filter = ""
        case .enter: isTyping = false
        case .escape: (isTyping, filter) = (false, "")
        case .up, .down, .pageUp, .pageDown: _ = move(key)
        default: break
        }
        listing.filter = String(filter.prefix(Self.filterMaximum))
    }

    private mutating func command(_ key: Key) -> Effect? {
        if move(key) { return nil }
        switch key {
        case .character("q"): return .quit
        case .character("?"), .character("h"): isHelp = true
        case .character("/"): isTyping = true
        case .character("<"), .character(","), .left: listing.shiftSort(by: -1)
        case .character(">"), .character("."), .right: listing.shiftSort(by: 1)
        case .character("r"): listing.reverse()
        case .character("s"): return show(.services)
        case .character("p"): return show(.problems)
        case .character("e"): return show(.events)
        case .character("d"): ask(.drain)
        case .character("u"): ask(.enable)
        case .enter: return open()
        case .escape, .backspace: return back()
        case .character(let letter): _ = listing.sort(letter: letter)
        default: break
        }
        return nil
    }

    private mutating func move(_ key: Key) -> Bool {
        let page = max(1, listRows.count - 2)
        switch key {
        case .up, .character("k"): listing.move(by: -1)
        case .down, .character("j"): listing.move(by: 1)
        case .pageUp, .control("b"): listing.move(by: -page)
        case .pageDown, .control("f"): listing.move(by: page)
        case .home, .character("g"): listing.move(by: -(1 << 30))
        case .end, .character("G"): listing.move(by: 1 << 30)
        default: return false
        }
        return true
    }

    private mutating func show(_ view: View) -> Effect? {
        self.view = view
        areListsOld = true
        // Who looks at something else needs no endpoints.
        guard service != nil else { return nil }
        return leave()
    }

    private mutating func open() -> Effect? {
        guard view == .services, let name = services.choice?.name else { return nil }
        view = .endpoints
        service = name
        hasEndpoints = false
        endpoints.replace([])
        endpoints.filter = ""
        return .watch(name)
    }

    private mutating func back() -> Effect? {
        if !listing.filter.isEmpty {
            listing.filter = ""
            return nil
        }
        view = .services
        return service == nil ? nil : leave()
    }

    private mutating func leave() -> Effect {
        service = nil
        hasEndpoints = false
        return .watch(nil)
    }

    private mutating func ask(_ action: EndpointOrder.Action) {
        guard view == .endpoints, let service, let endpoint = endpoints.choice else {
            message = "Enter opens a service: there, \(action == .drain ? "d drains" : "u enables") an endpoint"
            return
        }
        guard link == .live else {
            message = "there is no connection to the edge"
            return
        }
        let order = EndpointOrder(service: service, address: endpoint.address, action: action)
        question = Question(order: order, text: "\(action.rawValue) \(service)/\(endpoint.address)?")
    }
}
