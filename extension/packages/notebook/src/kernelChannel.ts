/**
 * The way from a page to the kernel, which must work while a cell runs.
 *
 *     control channel   a thread of its own in the kernel: works whatever the cell does
 *     comm              the fallback; in some front ends and kernels it waits for the cell's end
 *
 * Every request may safely come twice (a cancel asked again is the same question), so where no
 * reply comes on the control channel in time, the comm carries it as well.
 */

import type { KernelRequest } from "@scaler-lab/table";

import type { KernelConnection } from "./model.js";

const MESSAGE_TYPE = "scaler_lab_request";
const REPLY_TIMEOUT_MS = 4500; // a page just loaded waits 3 s for a busy kernel's info first

export type SentBy = "control" | "comm";

export interface Reply {
  readonly by: SentBy;
  /** Feed messages that answer at once. */
  readonly messages: readonly unknown[];
}

export class KernelChannel {
  private controlIsDeaf = false;
  /** Called when the kernel has answered, also if that was late. */
  heard: () => void = () => undefined;

  constructor(
    private readonly viewId: string,
    private readonly kernel: () => KernelConnection | null,
    private readonly sendByComm: (content: unknown) => void,
  ) {}

  /** Whether there is a channel that doesn't depend on the running cell. */
  get hasControl(): boolean {
    return this.kernel() !== null;
  }

  /** A new kernel may hear what the last one didn't. */
  forget(): void {
    this.controlIsDeaf = false;
  }

  async send(messages: readonly KernelRequest[]): Promise<Reply> {
    const content = { view: this.viewId, messages };
    const kernel = this.kernel();
    if (kernel !== null && !this.controlIsDeaf) {
      const reply = await byControl(kernel, content, () => {
        this.controlIsDeaf = false; // it was only busy with C code that holds the GIL
        this.heard();
      });
      if (reply !== null) {
        return { by: "control", messages: reply };
      }
      this.controlIsDeaf = true;
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
    return null; // a dead or disposed connection: the comm's error is the one to show
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

/** A unique id.  Not by `crypto.randomUUID`, which a page on plain http doesn't have. */
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
