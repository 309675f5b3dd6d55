/// A backend or listen section: its server lines apart from all the rest.
struct HAProxyBackend: Sendable {
    /// A `server` line.
    struct Server: Sendable {
        /// Its line's number.
        var line: Int
        var name: String
        /// The address word.
        var addressText: String
        /// The address, nil if it is none that the runtime API can set.
        var address: HAProxyAddress?
        /// Everything after the address, behind what `default-server` said before this line.
        var words: [HAProxyLine.Word]
        /// `words` understood; nil if something in them is unknown.
        var settings: HAProxyServerSettings?
    }

    /// The section's name.
    var name: String
    /// All lines but servers, in their order; `default-server` and `server-template` are among them.
    var others: [HAProxyLine] = []
    /// The servers in their order.
    var servers: [Server] = []
    /// Names that `server-template` lines make.
    var templateNames: Set<String> = []
    /// Why the section's servers cannot be told from its text, nil if they can.
    var obscurity: String?
    /// How it balances.
    var balance = HAProxyBalance()
    /// Whether clients are tied to servers, by cookies or tables.
    var isSticky = false

    /// Reads a section whose defaults are `defaults`.
    init(_ section: HAProxyConfiguration.Section, defaults: [HAProxyLine]) {
        name = section.name ?? ""
        var defaultWords: [HAProxyLine.Word] = []
        if section.isConditional { obscurity = "conditions (.if) stand in it or around it" }
        for line in defaults {
            note(line)
            if line.keyword == "default-server" { defaultWords += line.words.dropFirst() }
        }
        for line in section.lines() {
            switch line.keyword {
            case "server": read(line, defaultWords)
            case "default-server":
                defaultWords += line.words.dropFirst()
                others.append(line)
            case "server-template":
                readTemplate(line)
                others.append(line)
            default:
                note(line)
                others.append(line)
            }
        }
        if Set(servers.map(\.name)).count != servers.count { obscurity = obscurity ?? "two servers have one name" }
    }

    /// All names that the running process has to know.
    var names: Set<String> { templateNames.union(servers.map(\.name)) }

    private mutating func note(_ line: HAProxyLine) {
        balance.note(line)
        if ["cookie", "stick", "stick-table", "appsession"].contains(line.keyword) { isSticky = true }
    }

    private mutating func read(_ line: HAProxyLine, _ defaultWords: [HAProxyLine.Word]) {
        guard line.words.count >= 3, !line.words[1].isExpanded, RuntimeCommand.isName(line.words[1].text) else {
            obscurity = obscurity ?? "line \(line.number): the server's name cannot be read"
            others.append(line)
            return
        }
        let address = line.words[2]
        let words = defaultWords + line.words.dropFirst(3)
        servers.append(
            Server(
                line: line.number, name: line.words[1].text, addressText: address.text,
                address: address.isExpanded ? nil : HAProxyAddress(address.text), words: words,
                settings: HAProxyServerSettings(words)))
    }

    /// `server-template PREFIX N|FROM-TO ADDRESS ...`.
    private mutating func readTemplate(_ line: HAProxyLine) {
        let words = line.words
        let ends = words.count > 3 ? words[2].text.split(separator: "-").compactMap { Int($0) } : []
        guard words.allSatisfy({ !$0.isExpanded }), (1...2).contains(ends.count), let last = ends.last else {
            obscurity = obscurity ?? "line \(line.number): the template's range cannot be read"
            return
        }
        let first = ends.count == 2 ? ends[0] : 1
        guard first <= last, last - first < 100_000 else {
            obscurity = obscurity ?? "line \(line.number): the template's range cannot be read"
            return
        }
        templateNames.formUnion((first...last).map { "\(words[1].text)\($0)" })
    }
}
