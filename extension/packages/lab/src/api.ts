/** The server's REST side and its feed, with JupyterLab's own way of asking: its token, its XSRF. */

import { URLExt } from "@jupyterlab/coreutils";
import { ServerConnection } from "@jupyterlab/services";
import { type CancelOutcome, type Details, readMessage, type TaskDetails } from "@scaler-lab/table";

import type { Socket } from "./link.js";
import type { CancelAsk, Desk } from "./lookout.js";

const PREFIX = "scaler-lab";

export class ServerDesk implements Desk {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  cancel(hostId: string, ask: CancelAsk): Promise<CancelOutcome> {
    return this.post(["hosts", hostId, "cancel"], ask);
  }

  retry(hostId: string, taskIds: readonly string[]): Promise<CancelOutcome> {
    return this.post(["hosts", hostId, "retry"], { task_ids: taskIds });
  }

  async details(hostId: string, taskId: string): Promise<TaskDetails> {
    const said = await this.ask("GET", ["hosts", hostId, "tasks", taskId]);
    const { traceback, output, output_before, profile } = said;
    const told = [...["details-of", 0, taskId, null], traceback, output, output_before, profile];
    return readMessage(told) as Details; // throws where it is none
  }

  private async post(path: readonly string[], body: unknown): Promise<CancelOutcome> {
    const said = await this.ask("POST", path, body);
    return {
      accepted: typeof said.accepted === "number" ? said.accepted : 0,
      trouble: typeof said.trouble === "string" ? said.trouble : "",
    };
  }

  private async ask(
    method: string,
    path: readonly string[],
    body?: unknown,
  ): Promise<Record<string, unknown>> {
    const url = URLExt.join(this.settings.baseUrl, PREFIX, ...path);
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await ServerConnection.makeRequest(url, init, this.settings);
    if (!response.ok) {
      throw await ServerConnection.ResponseError.create(response);
    }
    return (await response.json()) as Record<string, unknown>;
  }
}

/** A new websocket to the server's feed. */
export function feedSocket(settings: ServerConnection.ISettings): Socket {
  let url = URLExt.join(settings.wsUrl, PREFIX, "feed");
  if (settings.appendToken && settings.token !== "") {
    url += `?token=${encodeURIComponent(settings.token)}`;
  }
  return new settings.WebSocket(url);
}
