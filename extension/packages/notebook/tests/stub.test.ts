import { expect, test, vi } from "vitest";

import type { Model } from "../src/model.js";
import { type FrontEnd, provideFrontEnd } from "../src/shared.js";
import stub from "../src/stub.js";

test("a widget without the front end waits for the page's, asks the kernel, and uses it", async () => {
  vi.useFakeTimers();
  const sent: unknown[] = [];
  const model: Model = {
    get: () => "",
    on: () => undefined,
    off: () => undefined,
    send: (content) => {
      sent.push(content);
    },
  };
  const events: string[] = [];
  const frontEnd: FrontEnd = {
    initialize: () => {
      events.push("initialize");
      return () => events.push("end");
    },
    render: ({ el }) => {
      el.append("rows");
      return () => undefined;
    },
  };
  const el = document.createElement("div");
  const end = stub.initialize({ model });
  const rendered = stub.render({ model, el });
  expect(el.textContent).toBe("Waiting for the kernel …");
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([{ scaler_lab_front_end: true }]);
  expect(provideFrontEnd(frontEnd)).toBe(frontEnd);
  await rendered;
  expect(el.textContent).toBe("rows");
  end();
  stub.initialize({ model })();
  expect(events).toEqual(["initialize", "end", "initialize", "end"]);
  expect(provideFrontEnd({ ...frontEnd })).toBe(frontEnd); // a second copy is not used
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(1);
  vi.useRealTimers();
});
