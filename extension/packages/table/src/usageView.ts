/** In the details: what a running task uses, with a line of the last minute. */

import { element, setText } from "./dom.js";
import { sizeText, HISTORY_SECONDS, type Usages, type UsageSample } from "./usages.js";

const WIDTH = 120;
const HEIGHT = 22;
const GAP_SECONDS = 4; // after a longer one, the line begins anew
const SVG = "http://www.w3.org/2000/svg";
const ONE_CORE = 100;

type Measure = (sample: UsageSample) => number | null;

class Meter {
  readonly node: HTMLElement;
  private readonly value = element("span", "scl-meter-value");
  private readonly path = document.createElementNS(SVG, "path");
  private readonly area = document.createElementNS(SVG, "path");

  /** *least* is the least value that is as high as the picture. */
  constructor(
    label: string,
    private readonly measure: Measure,
    private readonly textOf: (value: number, highest: number) => string,
    private readonly least: number,
  ) {
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    picture.setAttribute("class", "scl-spark");
    picture.setAttribute("aria-hidden", "true"); // the text has what it ends with, and its highest
    this.area.setAttribute("class", "scl-spark-area");
    this.path.setAttribute("class", "scl-spark-line");
    picture.append(this.area, this.path);
    this.node = element(
      "div",
      "scl-meter",
      { title: "The last minute" },
      element("span", "scl-quiet", {}, label),
      picture,
      this.value,
    );
  }

  draw(samples: readonly UsageSample[], now: number): void {
    const known = samples.flatMap((sample) => {
      const value = this.measure(sample);
      return value === null ? [] : [{ at: sample.at, value }];
    });
    const last = known.at(-1);
    this.node.hidden = last === undefined;
    if (last === undefined) {
      return;
    }
    const highest = Math.max(...known.map(({ value }) => value));
    setText(this.value, this.textOf(last.value, highest));
    const top = Math.max(highest, this.least);
    let line = "";
    let area = "";
    let before = -Infinity;
    let x = 0;
    for (const { at, value } of known) {
      const isNew = at - before > GAP_SECONDS;
      area += isNew && area !== "" ? `V${HEIGHT}Z` : "";
      x = WIDTH * (1 - (now - at) / HISTORY_SECONDS);
      const point = `${x.toFixed(1)} ${(HEIGHT - 1 - (HEIGHT - 2) * (value / top)).toFixed(1)}`;
      line += `${isNew ? "M" : "L"}${point}`;
      area += isNew ? `M${x.toFixed(1)} ${HEIGHT}L${point}` : `L${point}`;
      before = at;
    }
    this.path.setAttribute("d", line);
    this.area.setAttribute("d", `${area}V${HEIGHT}Z`);
  }
}

export class UsageView {
  readonly node: HTMLElement;
  private readonly meters: readonly Meter[];
  private readonly children = element("span", "scl-quiet");

  constructor() {
    this.meters = [
      new Meter(
        "CPU",
        ({ cpuPercent }) => cpuPercent,
        (value) => `${value.toFixed(0)}% of a core`,
        ONE_CORE,
      ),
      new Meter("Memory", ({ memory }) => memory, memoryWords, 1),
    ];
    this.node = element(
      "div",
      "scl-usage",
      { role: "group", "aria-label": "What it uses" },
      ...this.meters.map(({ node }) => node),
      this.children,
    );
    this.node.hidden = true;
  }

  /** Show what the task *id* uses; null: nothing. */
  draw(id: string | null, usages: Usages): void {
    const samples = id === null || usages.of(id) === null ? [] : usages.history(id);
    this.node.hidden = samples.length === 0;
    for (const meter of this.meters) {
      meter.draw(samples, usages.now);
    }
    const n = samples.at(-1)?.children ?? 0;
    setText(this.children, n === 0 ? "" : n === 1 ? "1 child process" : `${n} child processes`);
  }
}

/** `210 MiB`; `210 MiB, up to 1.5 GiB` if it was much more. */
function memoryWords(value: number, highest: number): string {
  const words = sizeText(value);
  return highest > 1.1 * value ? `${words}, up to ${sizeText(highest)}` : words;
}
