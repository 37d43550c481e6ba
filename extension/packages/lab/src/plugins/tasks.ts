/** The service: one connection to the server's feed for the whole page. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Signal } from "@lumino/signaling";
import { provideServerTasks } from "@scaler-lab/table";

import { openFeedSocket, RestTasksApi } from "../api.js";
import { FeedSocket } from "../feedSocket.js";
import { TasksModel } from "../tasksModel.js";
import { ITasks, NAMESPACE } from "../tokens.js";

export const tasks: JupyterFrontEndPlugin<ITasks> = {
  id: `${NAMESPACE}:tasks`,
  description: "Provides the tasks of every engine, as the Jupyter server sees them.",
  autoStart: true,
  provides: ITasks,
  activate: (app: JupyterFrontEnd): ITasks => {
    const { serverSettings } = app.serviceManager;
    const api = new RestTasksApi(serverSettings);
    const model: TasksModel = new TasksModel(
      {
        send: (message) => {
          socket.send(message);
        },
      },
      api,
    );
    const socket = new FeedSocket(() => openFeedSocket(serverSettings), {
      connected: () => {
        model.connected();
      },
      lost: (why) => {
        model.lost(why);
      },
      message: (message) => {
        model.apply(message);
      },
    });
    provideServerTasks({
      follow: (engineId, follower) => model.follow(engineId, follower),
      requestUsage: (engineId) => {
        model.requestUsage(engineId);
      },
      cancel: (engineId, ids, force, onlyQueued) =>
        api.cancel(engineId, { task_ids: ids, force, only_queued: onlyQueued }),
      retry: (engineId, ids) => api.retry(engineId, ids),
      details: (engineId, id) => api.details(engineId, id),
      flame: (engineId, id, stop) => api.flame(engineId, id, stop),
    });
    const service = new Tasks(model);
    socket.open();
    return service;
  },
};

class Tasks implements ITasks {
  goToCell: ITasks["goToCell"] = null;
  readonly changed: Signal<ITasks, void>;

  constructor(readonly model: TasksModel) {
    this.changed = new Signal<ITasks, void>(this);
    model.subscribe(() => {
      this.changed.emit();
    });
  }
}
