/// The Python program that ``TLSBridge`` and ``TLSSwitchboard`` run: it takes connections in the clear, which go on over TLS.
enum TLSRelay {
    /// The program; each connection that fails is a line `failed ...`.
    ///
    /// - Parameter preparation: what makes `context`, and `target(reader)`, which tells the port at 127.0.0.1 that a new
    ///   connection goes on to and the name that its handshake asks for, None for no name.
    static func script(_ preparation: String) -> String {
        """
        import asyncio, ssl, sys
        \(preparation)

        async def pump(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except (OSError, ssl.SSLError) as error:
                print("failed", repr(error), flush=True)
            finally:
                writer.close()

        async def bridge(reader, writer):
            port, name = await target(reader)
            try:
                near, far = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
            except (OSError, ssl.SSLError) as error:
                print("failed", repr(error), flush=True)
                writer.close()
                return
            await asyncio.gather(pump(reader, far), pump(near, writer))

        async def main():
            server = await asyncio.start_server(bridge, "127.0.0.1", 0)
            print("port", server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()

        asyncio.run(main())
        """
    }
}
