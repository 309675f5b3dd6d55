/// The answers to all questions of a template, as the renderer that leads has them, for the others that render it too.
struct SharedAnswers: Sendable, Equatable {
    /// Answers by the ids of their questions; nil: there is nothing, and the question waits for something.
    var answers: [String: Answer?] = [:]

    /// What is known of `questions`; nil as long as anything of them is not.
    init?(_ questions: Set<Dependency>, answers known: [Dependency: Answer], absent: Set<Dependency>) {
        for question in questions {
            if let answer = known[question] {
                answers[question.description] = .some(answer)
            } else if absent.contains(question) {
                answers[question.description] = .some(nil)
            } else {
                return nil
            }
        }
    }

    init(_ answers: [String: Answer?] = [:]) { self.answers = answers }
}

extension Dependency {
    /// Whether another machine's answer serves as well as ours: files and what is the agent's own are not so.
    var isShareable: Bool {
        switch question {
        case .store(.node(nil, _)), .file, .foreign: false
        case .store(.nodes(let near, _)): near != "_agent"
        case .store(.service(let query)): query.near != "_agent"
        case .store, .datacenters: true
        }
    }
}
