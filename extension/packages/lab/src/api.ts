/** The server's REST API and its feed.  Requests use JupyterLab's token and XSRF cookie. */

import { URLExt } from "@jupyterlab/coreutils";
import { ServerConnection } from "@jupyterlab/services";
import {
  type CancelBody,
  type CancelOutcome,
  type Details,
  type FlameGraph,
  readMessage,
  readText,
  type RetryBody,
  type TaskDetails,
} from "@scaler-lab/table";

import type { Socket } from "./feedSocket.js";
import type { TasksApi } from "./tasksModel.js";

const PREFIX = "scaler-lab";

export class RestTasksApi implements TasksApi {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  cancel(engineId: string, body: CancelBody): Promise<CancelOutcome> {
    return this.post(["engines", engineId, "cancel"], body);
  }

  retry(engineId: string, taskIds: readonly string[]): Promise<CancelOutcome> {
    return this.post(["engines", engineId, "retry"], { task_ids: taskIds });
  }

  async details(engineId: string, taskId: string): Promise<TaskDetails> {
    const response = await this.request("GET", ["engines", engineId, "tasks", taskId]);
    const { traceback, output, output_before, profile, stack } = response;
    const head = ["details-of", 0, taskId, null, traceback];
    // Throws if the response is invalid.
    return readMessage([...head, output, output_before, profile, stack]) as Details;
  }

  async flame(engineId: string, taskId: string, stop: AbortSignal): Promise<FlameGraph> {
    const path = ["engines", engineId, "tasks", taskId, "flame"];
    stop.addEventListener("abort", () => {
      this.request("DELETE", path).catch(() => undefined); // it ends by itself, too
    });
    const { svg, problem } = await this.request("GET", path);
    return { svg: readText(svg), problem: readText(problem) };
  }

  private async post(
    path: readonly string[],
    body: CancelBody | RetryBody,
  ): Promise<CancelOutcome> {
    const response = await this.request("POST", path, body);
    return {
      accepted: typeof response.accepted === "number" ? response.accepted : 0,
      trouble: typeof response.trouble === "string" ? response.trouble : "",
    };
  }

  private async request(
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
export function openFeedSocket(settings: ServerConnection.ISettings): Socket {
  let url = URLExt.join(settings.wsUrl, PREFIX, "feed");
  if (settings.appendToken && settings.token !== "") {
    url += `?token=${encodeURIComponent(settings.token)}`;
  }
  return new settings.WebSocket(url);
}
