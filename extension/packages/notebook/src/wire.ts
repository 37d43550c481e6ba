/** The kernel's messages as they travel: JSON in one binary buffer, deflated where that pays. */

/** The list of feed messages in a buffer.  Rejects what isn't one. */
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
  const copy = new Uint8Array(bytes); // of its own buffer: the websocket's may be used again
  const stream = new Blob([copy]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
