/**
 * Sends requests from a page to the kernel, also while a cell runs.
 *
 *     control channel   the kernel serves it in a thread of its own, whatever the cell does
 *     comm              the fallback; in some front ends and kernels it waits for the cell's end
 *
 * Every request may be sent twice: a second cancel of the same task changes nothing.  So if no reply
 * comes on the control channel in time, the comm sends the request again.
 */

import type { KernelRequest } from "@scaler-lab/table";

import type { KernelConnection } from "./model.js";

const MESSAGE_TYPE = "scaler_lab_request";
const REPLY_TIMEOUT_MS = 4500; // after loading, a page first waits 3 s for a busy kernel's info

export type SentBy = "control" | "comm";

export interface Reply {
  readonly by: SentBy;
  /** Feed messages that the kernel sent as an immediate answer. */
  readonly messages: readonly unknown[];
}

export class KernelChannel {
  private controlIsSilent = false;
  /** Called when the kernel has answered, also if the answer was late. */
  heard: () => void = () => undefined;

  constructor(
    private readonly viewId: string,
    private readonly kernel: () => KernelConnection | null,
    private readonly sendByComm: (content: unknown) => void,
  ) {}

  /** Whether the front end has a channel that doesn't depend on the running cell. */
  get hasControl(): boolean {
    return this.kernel() !== null;
  }

  /** Try the control channel again, because the kernel is a new one. */
  forget(): void {
    this.controlIsSilent = false;
  }

  async send(messages: readonly KernelRequest[]): Promise<Reply> {
    const content = { view: this.viewId, messages };
    const kernel = this.kernel();
    if (kernel !== null && !this.controlIsSilent) {
      const reply = await byControl(kernel, content, () => {
        this.controlIsSilent = false; // the kernel was only busy with C code that holds the GIL
        this.heard();
      });
      if (reply !== null) {
        return { by: "control", messages: reply };
      }
      this.controlIsSilent = true;
    }
    this.sendByComm({ scaler_lab: content });
    return { by: "comm", messages: [] };
  }
}

async function byControl(
  kernel: KernelConnection,
  content: Record<string, unknown>,
  heard: () => void,
): Promise<readonly unknown[] | null> {
  let future;
  try {
    future = kernel.sendControlMessage(
      {
        channel: "control",
        header: {
          msg_id: newId(),
          msg_type: MESSAGE_TYPE,
          session: kernel.clientId,
          username: kernel.username,
          date: new Date().toISOString(),
          version: "5.2",
        },
        parent_header: {},
        metadata: {},
        content,
        buffers: [],
      },
      true,
      true,
    );
  } catch {
    return null; // the connection is dead or disposed; the comm reports the error
  }
  const late = new Promise<null>((resolve) => {
    setTimeout(resolve, REPLY_TIMEOUT_MS, null);
  });
  const replied = future.done.then(
    (reply) => {
      const messages = messagesOf(reply);
      if (messages !== null) {
        heard();
      }
      return messages;
    },
    () => null,
  );
  return Promise.race([replied, late]);
}

/** A unique id.  Without `crypto.randomUUID`, which a page on plain http doesn't have. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function messagesOf(reply: unknown): readonly unknown[] | null {
  if (typeof reply !== "object" || reply === null || !("content" in reply)) {
    return null;
  }
  const { content } = reply;
  if (typeof content !== "object" || content === null || !("messages" in content)) {
    return null;
  }
  return Array.isArray(content.messages) ? (content.messages as readonly unknown[]) : null;
}
