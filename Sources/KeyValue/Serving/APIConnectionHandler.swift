import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Sees two things on a connection that the layers above do not: that the client has gone while its query waits, and that
/// it wants to be told to go on before it sends a body.
final class APIConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var leaving: EventLoopPromise<Void>?

    /// Fulfilled when the client has closed its side.
    func whenLeaving(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        if let leaving { return leaving.futureResult }
        let promise = eventLoop.makePromise(of: Void.self)
        leaving = promise
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .head(let head) = part, head.headerFields[.expect]?.lowercased() == "100-continue" {
            // Older curls wait a second for this before they send a value of more than a kilobyte.
            let head = HTTPResponsePart.head(HTTPResponse(status: .continue))
            context.writeAndFlush(wrapOutboundOut(head), promise: nil)
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        let promise = leaving
        leaving = nil
        promise?.succeed()
    }
}
