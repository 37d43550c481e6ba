/** What this front end uses of anywidget's model, and of the kernel connection behind it. */

export interface Model {
  get(name: string): unknown;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  send(content: unknown): void;
  /** Exposed by anywidget, without a promise to stay: whoever uses it does without, too. */
  readonly widget_manager?: unknown;
}

export interface RenderProps {
  readonly model: Model;
  readonly el: HTMLElement;
}

/** A signal of Lumino. */
export interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): boolean;
  disconnect(slot: (sender: unknown, value: T) => void): boolean;
}

/** JupyterLab's `Kernel.IKernelConnection`, as far as it goes. */
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

/** The connection behind *model*; null where the front end keeps it to itself. */
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
