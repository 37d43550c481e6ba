/**
 * The ribbon over the rows: how many workers were busy over all of the time, in a few pixels.
 *
 * A drag over it chooses a stretch of time: the rows list only the tasks that ran in it, and the
 * timeline shows it.  A click, or the chip that says which stretch it is, ends that.
 */

import { coverageOf, type Coverage } from "./coverage.js";
import { element, setAttribute, setText } from "./dom.js";
import { span as inTime } from "./format.js";
import { palette } from "./palette.js";
import type { TaskStore } from "./taskStore.js";
import type { Stretch } from "./timeline.js";
import type { Status } from "./types.js";

const HEIGHT = 14;
const DRAG_PIXELS = 3; // less is a click
const MIN_INTERVAL_MS = 200;
const REST = 8; // pauses between drawings, each as long as the last drawing took

/** From the ground up. */
const LAYERS: readonly Status[] = [
  "succeeded",
  "running",
  "retrying",
  "cancelling",
  "cancelled",
  "failed",
];

export class Ribbon {
  readonly node: HTMLElement;
  /** Says which stretch is chosen; a click lists all again.  For the place of the other filters. */
  readonly chip = element("button", "scl-chip scl-during", { type: "button" });
  private readonly canvas = element("canvas", "scl-ribbon-canvas", { "aria-hidden": "true" });
  private readonly window = element("div", "scl-ribbon-window");
  private readonly resized: ResizeObserver;
  private coverage: Coverage | null = null;
  private drawnOf = -1;
  private drawnAt = -Infinity;
  private drawnWidth = 0;
  private took = 0;
  private isStale = true;
  private dragFrom: number | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly store: TaskStore,
    private readonly choose: (stretch: Stretch | null) => void,
    redraw: () => void,
  ) {
    this.node = element(
      "div",
      "scl-ribbon",
      { title: "Busy workers over time: drag to list only the tasks of a stretch of time" },
      this.canvas,
      this.window,
    );
    this.node.addEventListener("pointerdown", this.onDown);
    this.node.addEventListener("pointermove", this.onMove);
    this.node.addEventListener("pointerup", this.onUp);
    this.chip.addEventListener("click", () => {
      this.choose(null);
    });
    this.resized = new ResizeObserver(() => {
      this.isStale = true;
      if (this.drawnWidth === 0) {
        this.drawnAt = -Infinity; // it had no place in the page yet
      }
      redraw();
    });
    this.resized.observe(this.node);
  }

  dispose(): void {
    this.resized.disconnect();
  }

  /** Whether to draw again soon: some of what is known is not drawn. */
  get isBehind(): boolean {
    return this.isStale || this.store.revision !== this.drawnOf;
  }

  /** Draw what is new, and which stretch is *chosen*. */
  draw(chosen: Stretch | null): void {
    const { running, cancelling } = this.store.counts;
    const isNew = this.isBehind || running + cancelling > 0;
    const began = performance.now();
    const rest = this.coverage === null ? 0 : Math.max(MIN_INTERVAL_MS, REST * this.took);
    if (isNew && began - this.drawnAt >= rest) {
      this.drawnOf = this.store.revision;
      this.drawnAt = began;
      this.isStale = false;
      this.drawnWidth = this.node.clientWidth;
      const columns = Math.max(1, this.drawnWidth);
      this.coverage = coverageOf(this.store.rows, this.store.now(), columns);
      this.node.classList.toggle("scl-ribbon-empty", this.coverage === null);
      this.paint(columns);
      this.took = performance.now() - began;
    }
    this.drawWindow(chosen);
  }

  private paint(width: number): void {
    const { canvas, coverage } = this;
    const sharpness = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * sharpness);
    canvas.height = Math.round(HEIGHT * sharpness);
    const pen = canvas.getContext("2d");
    if (pen === null || coverage === null) {
      return;
    }
    pen.scale(sharpness, sharpness);
    const colours = palette(this.root, pen);
    const scale = (HEIGHT - 1) / Math.max(coverage.peak, 1e-9);
    for (let x = 0; x < width; x += 1) {
      let bottom = HEIGHT;
      for (const status of LAYERS) {
        const high = (coverage.busy[status][x] ?? 0) * scale;
        if (high > 0) {
          pen.fillStyle = colours.fill[status];
          pen.fillRect(x, bottom - high, 1, high);
          bottom -= high;
        }
      }
    }
    pen.fillStyle = colours.failed; // a mark that is seen however short the task was
    for (const x of coverage.failures) {
      pen.fillRect(Math.min(x, width - 2), 0, 2, HEIGHT);
    }
    pen.fillStyle = colours.line;
    pen.fillRect(0, HEIGHT - 1, width, 1);
  }

  private drawWindow(chosen: Stretch | null): void {
    const { coverage } = this;
    const isShown = chosen !== null && coverage !== null;
    this.window.hidden = !isShown;
    this.chip.hidden = !isShown;
    if (!isShown) {
      return;
    }
    const { from, to } = coverage;
    const percent = (time: number): number =>
      Math.min(Math.max((time - from) / (to - from), 0), 1) * 100;
    this.window.style.left = `${percent(chosen.from)}%`;
    this.window.style.right = `${100 - percent(chosen.to)}%`;
    const words = `${inTime(chosen.from - from)} – ${inTime(chosen.to - from)}`;
    setText(this.chip, `${words} ✕`);
    setAttribute(this.chip, "aria-label", `Tasks of ${words} only: list all again`);
  }

  // -- pointer -----------------------------------------------------------------------------------

  private pixelAt(event: PointerEvent): number {
    return event.clientX - this.node.getBoundingClientRect().left;
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button === 0) {
      this.dragFrom = this.pixelAt(event);
      this.node.setPointerCapture(event.pointerId);
      event.preventDefault(); // no text is selected
    }
  };

  private readonly onMove = (event: PointerEvent): void => {
    const { coverage, dragFrom } = this;
    const x = this.pixelAt(event);
    if (dragFrom === null || coverage === null || Math.abs(x - dragFrom) < DRAG_PIXELS) {
      return;
    }
    const width = Math.max(1, this.node.clientWidth);
    const timeAt = (pixel: number): number =>
      coverage.from + (Math.min(Math.max(pixel, 0), width) / width) * (coverage.to - coverage.from);
    this.choose({ from: timeAt(Math.min(x, dragFrom)), to: timeAt(Math.max(x, dragFrom)) });
  };

  private readonly onUp = (event: PointerEvent): void => {
    const from = this.dragFrom;
    this.dragFrom = null;
    if (from !== null && Math.abs(this.pixelAt(event) - from) < DRAG_PIXELS) {
      this.choose(null);
    }
  };
}
