/** Decodes the kernel's messages: JSON in one binary buffer, compressed if it is large. */

/** The list of feed messages in a buffer.  Rejects if it isn't one. */
export async function unpack(coding: unknown, buffer: DataView): Promise<unknown[]> {
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const plain = coding === "deflate" ? await inflate(bytes) : bytes;
  const value: unknown = JSON.parse(new TextDecoder().decode(plain));
  if (!Array.isArray(value)) {
    throw new TypeError("a list of messages was expected");
  }
  return value as unknown[];
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const inflated = new DecompressionStream("deflate");
  const writer = inflated.writable.getWriter();
  // A copy, because the websocket's buffer may be reused.  With a writer, because a `Blob` goes
  // through the browser's main process, which takes longer than all the rest.
  const written = writer.write(new Uint8Array(bytes)).then(() => writer.close());
  const [plain] = await Promise.all([new Response(inflated.readable).arrayBuffer(), written]);
  return new Uint8Array(plain);
}
