/** The parts of anywidget's model and of the kernel connection that this front end uses. */

export interface Model {
  get(name: string): unknown;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  send(content: unknown): void;
  /** anywidget exposes it, but doesn't document it, so the code also works without it. */
  readonly widget_manager?: unknown;
}

export interface RenderProps {
  readonly model: Model;
  readonly el: HTMLElement;
  /** Of the view's end; not given by older versions of anywidget. */
  readonly signal?: AbortSignal;
}

/** A signal of Lumino. */
export interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): boolean;
  disconnect(slot: (sender: unknown, value: T) => void): boolean;
}

/** The used part of JupyterLab's `Kernel.IKernelConnection`. */
export interface KernelConnection {
  readonly clientId: string;
  readonly username: string;
  readonly statusChanged?: Signal<string>;
  readonly connectionStatusChanged?: Signal<string>;
  sendControlMessage(
    message: unknown,
    expectReply: boolean,
    disposeOnDone: boolean,
  ): { done: Promise<unknown>; dispose(): void };
}

/** The kernel connection of *model*; null if the front end doesn't expose it. */
export function kernelOf(model: Model): KernelConnection | null {
  const manager = model.widget_manager;
  if (typeof manager !== "object" || manager === null || !("kernel" in manager)) {
    return null;
  }
  const { kernel } = manager;
  const isOne =
    typeof kernel === "object" &&
    kernel !== null &&
    "sendControlMessage" in kernel &&
    typeof kernel.sendControlMessage === "function";
  return isOne ? (kernel as KernelConnection) : null;
}
