/** The websocket to the server's feed, which is opened again after a connection is lost. */

import type { FeedRequest } from "@scaler-lab/table";

import { readServerMessage, type ServerMessage } from "./serverMessages.js";

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;
const POLICY_VIOLATION = 1008;

/** The used part of a websocket. */
export interface Socket {
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  readonly readyState: number;
  send(data: string): void;
  close(): void;
}

export interface FeedSocketEvents {
  readonly connected: () => void;
  /** *wasOpen*: there had been a connection. */
  readonly lost: (wasOpen: boolean) => void;
  readonly message: (message: ServerMessage) => void;
}

const OPEN = 1;

export class FeedSocket {
  private socket: Socket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private wait = FIRST_WAIT_MS;
  private isDisposed = false;

  constructor(
    private readonly make: () => Socket,
    private readonly events: FeedSocketEvents,
  ) {}

  open(): void {
    this.timer = null;
    let wasOpen = false;
    const socket = this.make();
    this.socket = socket;
    socket.onopen = () => {
      wasOpen = true;
      this.wait = FIRST_WAIT_MS;
      this.events.connected();
    };
    socket.onmessage = (event: MessageEvent) => {
      try {
        this.events.message(readServerMessage(String(event.data)));
      } catch (error) {
        console.error("scaler_lab: this page could not read a message of the server", error);
      }
    };
    socket.onclose = (event: CloseEvent) => {
      if (this.isDisposed || this.socket !== socket) {
        return;
      }
      this.socket = null;
      this.events.lost(wasOpen);
      this.wait = event.code === POLICY_VIOLATION ? MAX_WAIT_MS : this.wait;
      this.timer = setTimeout(() => {
        this.open();
      }, this.wait);
      this.wait = Math.min(2 * this.wait, MAX_WAIT_MS);
    };
  }

  send(message: FeedRequest): void {
    if (this.socket?.readyState === OPEN) {
      this.socket.send(JSON.stringify(message));
    }
  }

  dispose(): void {
    this.isDisposed = true;
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.socket?.close();
  }
}
