/** The service: one connection to the server's feed for the whole page. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ITranslator, nullTranslator, type TranslationBundle } from "@jupyterlab/translation";
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
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): ITasks => {
    const trans = (translator ?? nullTranslator).load("scaler_lab");
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
      lost: (wasOpen) => {
        model.lost(
          wasOpen
            ? trans.__("The connection to the Jupyter server was lost: trying again.")
            : trans.__(
                "The Jupyter server does not answer here: it may be down, or have no scaler_lab.",
              ),
        );
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
    const service = new Tasks(model, trans);
    socket.open();
    return service;
  },
};

class Tasks implements ITasks {
  goToCell: ITasks["goToCell"] = null;
  readonly changed: Signal<ITasks, void>;

  constructor(
    readonly model: TasksModel,
    readonly trans: TranslationBundle,
  ) {
    this.changed = new Signal<ITasks, void>(this);
    model.subscribe(() => {
      this.changed.emit();
    });
  }
}
