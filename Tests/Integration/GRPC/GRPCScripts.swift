/// Both ends of a service of gRPC, by Debian's grpcio without generated code: messages are octets.
enum GRPCScripts {
    /// A server of `/lab.Echo/` over HTTP/2 in the clear, at a port that it prints.
    static let server = """
        import concurrent.futures, grpc
        class Echo(grpc.GenericRpcHandler):
            def service(self, details):
                name = details.method.rsplit("/", 1)[1]
                kinds = {"Unary": grpc.unary_unary_rpc_method_handler, "Fail": grpc.unary_unary_rpc_method_handler,
                         "Sleep": grpc.unary_unary_rpc_method_handler, "Meta": grpc.unary_unary_rpc_method_handler,
                         "Stream": grpc.unary_stream_rpc_method_handler, "Collect": grpc.stream_unary_rpc_method_handler,
                         "Chat": grpc.stream_stream_rpc_method_handler, "Break_": grpc.unary_stream_rpc_method_handler}
                return kinds[name](getattr(self, name.lower())) if name in kinds else None
            def unary(self, request, context):
                context.set_trailing_metadata((("x-trailer", "t"), ("x-octets-bin", bytes(range(256)))))
                return request
            def meta(self, request, context):
                found = dict(context.invocation_metadata())
                context.send_initial_metadata((("x-initial", "i"),))
                return repr(sorted((k, found[k]) for k in found if k.startswith("x-"))).encode()
            def fail(self, request, context):
                context.set_trailing_metadata((("x-reason", "why"),))
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not now: \\u00fc 100%")
            def sleep(self, request, context):
                ended = concurrent.futures.Future()
                context.add_callback(lambda: (print("cancelled", flush=True), ended.set_result(None)))
                print("sleeping", flush=True)
                ended.result(60)
                return b""
            def stream(self, request, context):
                for number in range(int(request)): yield b"%d" % number
            def collect(self, requests, context):
                return b"%d" % sum(len(request) for request in requests)
            def chat(self, requests, context):
                for request in requests: yield b"re: " + request
            def break_(self, request, context):
                yield b"first"
                context.abort(grpc.StatusCode.DATA_LOSS, "in the middle")
        server = grpc.server(concurrent.futures.ThreadPoolExecutor(64),
                             options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)])
        server.add_generic_rpc_handlers((Echo(),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        print("port", port, flush=True)
        server.wait_for_termination()
        """

    /// A client over TLS: its arguments are the port, the authority's file, and the host; then a part of what it can do.
    ///
    /// It prints `done` if all was as it should be.
    static let client = """
        import concurrent.futures, grpc, queue, sys
        port, authority, host, part = sys.argv[1:5]
        options = [("grpc.ssl_target_name_override", host), ("grpc.default_authority", host),
                   ("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        credentials = grpc.ssl_channel_credentials(open(authority, "rb").read())
        channel = grpc.secure_channel("127.0.0.1:" + port, credentials, options)
        path = "/lab.Echo/"
        def failure(call):
            try: call()
            except grpc.RpcError as error: return error
            raise AssertionError("no error")

        def unary():
            for size in (0, 1, 70_000):
                answer, call = channel.unary_unary(path + "Unary").with_call(b"x" * size, timeout=10)
                assert answer == b"x" * size
                trailers = dict(call.trailing_metadata())
                assert trailers["x-trailer"] == "t" and trailers["x-octets-bin"] == bytes(range(256)), trailers
                assert call.code() == grpc.StatusCode.OK

        def metadata():
            answer, call = channel.unary_unary(path + "Meta").with_call(
                b"", metadata=(("x-one", "1"), ("x-two-bin", b"\\0\\xff")), timeout=10)
            assert b"('x-one', '1')" in answer, answer
            assert b"('x-two-bin', b'\\\\x00\\\\xff')" in answer and b"x-forwarded-proto', 'https'" in answer, answer
            assert dict(call.initial_metadata())["x-initial"] == "i"

        def errors():
            error = failure(lambda: channel.unary_unary(path + "Fail")(b"", timeout=10))
            assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
            assert error.details() == "not now: \\u00fc 100%", error.details()
            assert dict(error.trailing_metadata())["x-reason"] == "why"
            error = failure(lambda: channel.unary_unary(path + "Unknown")(b"", timeout=10))
            assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error
            seen = []
            error = failure(lambda: seen.extend(channel.unary_stream(path + "Break_")(b"", timeout=10)))
            assert seen == [b"first"] and error.code() == grpc.StatusCode.DATA_LOSS, error

        def streams():
            assert list(channel.unary_stream(path + "Stream")(b"2000", timeout=20)) == [b"%d" % n for n in range(2000)]
            total = channel.stream_unary(path + "Collect")((b"x" * 1000 for _ in range(2000)), timeout=20)
            assert total == b"2000000", total
            # One message is sent when the answer to the one before has come: nothing on the way may wait for more.
            words = queue.Queue()
            answers = channel.stream_stream(path + "Chat")(iter(words.get, None), timeout=20)
            for number in range(50):
                words.put(b"%d" % number)
                assert next(answers) == b"re: %d" % number
            words.put(None)
            assert list(answers) == []

        def large():
            size = 8 << 20
            assert channel.unary_unary(path + "Unary")(b"x" * size, timeout=30) == b"x" * size

        def deadline():
            error = failure(lambda: channel.unary_unary(path + "Sleep")(b"", timeout=1))
            assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error

        def many():
            with concurrent.futures.ThreadPoolExecutor(50) as pool:
                calls = [pool.submit(channel.unary_unary(path + "Unary"), b"%d" % n, timeout=20) for n in range(1000)]
                assert [call.result() for call in calls] == [b"%d" % n for n in range(1000)]

        def unavailable():
            error = failure(lambda: channel.unary_unary(path + "Unary")(b"", timeout=10))
            assert error.code() == grpc.StatusCode.UNAVAILABLE, error

        globals()[part]()
        print("done", flush=True)
        """
}
