import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FeedSocket, type Socket } from "../src/feedSocket.js";
import { readServerMessage, type ServerMessage } from "../src/serverMessages.js";
import { A } from "./serverMessages.js";

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readyState = 0;
  readonly sent: string[] = [];
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }
  breaks(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}

function linked(): {
  made: FakeSocket[];
  events: string[];
  heard: ServerMessage[];
  socket: FeedSocket;
} {
  const made: FakeSocket[] = [];
  const events: string[] = [];
  const heard: ServerMessage[] = [];
  const socket = new FeedSocket(
    () => {
      const socket = new FakeSocket();
      made.push(socket);
      return socket;
    },
    {
      connected: () => events.push("connected"),
      lost: (wasOpen) => events.push(wasOpen ? "lost" : "no answer"),
      message: (message) => heard.push(message),
    },
  );
  socket.open();
  return { made, events, heard, socket };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the link", () => {
  it("opens again when it breaks, later each time it does not come about", () => {
    const { made, events } = linked();
    made[0]?.opens();
    made[0]?.breaks();
    expect(events).toEqual(["connected", "lost"]);
    vi.advanceTimersByTime(500);
    expect(made).toHaveLength(2);
    made[1]?.breaks();
    expect(events.at(-1)).toBe("no answer");
    vi.advanceTimersByTime(500);
    expect(made).toHaveLength(2);
    vi.advanceTimersByTime(500);
    expect(made).toHaveLength(3);
    made[2]?.opens();
    expect(events.at(-1)).toBe("connected");
  });

  it("sends nothing on a closed connection, and does not open again after dispose", () => {
    const { made, socket } = linked();
    socket.send(["watch", []]);
    made[0]?.opens();
    socket.send(["watch", [A]]);
    expect(made[0]?.sent).toEqual([`["watch",["${A}"]]`]);
    socket.dispose();
    made[0]?.breaks();
    vi.advanceTimersByTime(60_000);
    expect(made).toHaveLength(1);
  });

  it("stays open after an invalid message", () => {
    const { made, heard } = linked();
    const complained = vi.spyOn(console, "error").mockImplementation(() => undefined);
    made[0]?.opens();
    made[0]?.onmessage?.({ data: '["what"]' } as MessageEvent);
    made[0]?.onmessage?.({ data: `["ended", "${A}", "a.ipynb", [], 3]` } as MessageEvent);
    expect(complained).toHaveBeenCalledOnce();
    expect(heard).toEqual([{ kind: "ended", engineId: A, title: "a.ipynb", tasks: [], failed: 3 }]);
    complained.mockRestore();
  });
});

describe("a message", () => {
  it("of hosts has all that is shown of them", () => {
    const open = ["c".repeat(32), 7, "fit", "running", 12.5];
    const counts = { running: 1, queued: 2 };
    const one = {
      ...{
        id: A,
        name: "n",
        program: "p.ipynb",
        place: "8d",
        title: "p.ipynb",
        kind: "notebook",
        pid: 5,
      },
      ...{ workers: 4, startedAt: 1.5, counts, trouble: "", open: [open] },
    };
    const message = readServerMessage(JSON.stringify(["engines", 3, [one]]));
    expect(message.kind === "engines" && message.engines[0]).toEqual({
      ...one,
      counts: {
        ...{ cancelling: 0, running: 1, queued: 2, waiting: 0, retrying: 0 },
        ...{ failed: 0, cancelled: 0, succeeded: 0 },
      },
      open: [{ id: "c".repeat(32), number: 7, name: "fit", status: "running", startedAt: 12.5 }],
    });
  });

  it.each([
    "[]",
    "{}",
    '["engines", 1, [{}]]',
    '["engines", 1, [null]]',
    '["feed", 1, 1, []]',
    "x",
  ])("that is none is refused: %s", (text) => {
    expect(() => readServerMessage(text)).toThrow();
  });
});
