/** The service: one connection to the server's feed for the whole page. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Signal } from "@lumino/signaling";

import { feedSocket, ServerDesk } from "../api.js";
import { FeedLink } from "../link.js";
import { Lookout } from "../lookout.js";
import { ITasks, NAMESPACE } from "../tokens.js";

export const tasks: JupyterFrontEndPlugin<ITasks> = {
  id: `${NAMESPACE}:tasks`,
  description: "Provides the tasks of every engine, as the Jupyter server sees them.",
  autoStart: true,
  provides: ITasks,
  activate: (app: JupyterFrontEnd): ITasks => {
    const { serverSettings } = app.serviceManager;
    const lookout: Lookout = new Lookout(
      {
        say: (message) => {
          link.say(message);
        },
      },
      new ServerDesk(serverSettings),
    );
    const link = new FeedLink(() => feedSocket(serverSettings), {
      connected: () => {
        lookout.connected();
      },
      lost: (why) => {
        lookout.lost(why);
      },
      message: (message) => {
        lookout.take(message);
      },
    });
    const service = new Tasks(lookout);
    link.open();
    return service;
  },
};

class Tasks implements ITasks {
  goToCell: ITasks["goToCell"] = null;
  readonly changed: Signal<ITasks, void>;

  constructor(readonly lookout: Lookout) {
    this.changed = new Signal<ITasks, void>(this);
    lookout.subscribe(() => {
      this.changed.emit();
    });
  }
}
