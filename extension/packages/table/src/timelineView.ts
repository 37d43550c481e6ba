/**
 * The timeline, drawn: a canvas for the bars, plain text for everything that is to be read.
 *
 * A state is a colour and a pattern, and where there is room an icon and the name.  Ctrl and the
 * wheel zoom (the wheel alone too, once the timeline has the focus); a drag moves.  Keys: arrows go
 * from task to task, + - 0 zoom, Enter selects the task's row.
 */

import { button, element, setAttribute, setText } from "./dom.js";
import { ICONS, type Status } from "./types.js";
import { palette, type Palette } from "./palette.js";
import type { TaskStore } from "./taskStore.js";
import { type Bar, type Lane, type Span, type Stretch, Timeline } from "./timeline.js";
import { TimelineCard } from "./timelineCard.js";
import { clean } from "./clean.js";
import { count, span as inTime } from "./format.js";

export const LANE_HEIGHT = 18;
const BAR_HEIGHT = 14;
const AXIS_HEIGHT = 16;
const PIXELS_A_TICK = 80;
const PIXELS_OF_TIME = 44; // that the longest time takes
const NEAR_PIXELS = 3;
const ROOM_FOR_ICON = 14;
const ROOM_FOR_NAME = 44;
const ZOOM = 1.6;
const DRAW_INTERVAL_MS = 90;
const HELP =
  "Arrow keys go from task to task, + and - zoom, 0 shows all, Enter selects, " +
  "F lists only the tasks of the time in sight.";

export interface TimelineEvents {
  readonly changed: () => void;
  readonly select: (taskId: string) => void;
  /** Another stretch of time is in sight; null: all of it. */
  readonly looked: (stretch: Stretch | null) => void;
  /** List only the tasks of the time in sight, or all again. */
  readonly toggleRows: () => void;
}

export class TimelineView {
  readonly node: HTMLElement;
  readonly timeline: Timeline;
  private readonly shown = element("div", "scl-tl-said");
  private readonly card = new TimelineCard();
  private readonly names = element("div", "scl-tl-names", { "aria-hidden": "true" });
  private readonly canvas = element("canvas", "scl-tl-canvas", { "aria-hidden": "true" });
  private readonly axis = element("div", "scl-tl-axis", { "aria-hidden": "true" });
  private readonly area: HTMLElement;
  private readonly fit: HTMLButtonElement;
  private readonly resized: ResizeObserver;
  private cursor: Span | null = null; // the task that keys or the pointer are at
  private cursorLane = 0;
  private dragFrom: { readonly x: number; moved: boolean } | null = null;
  private isStale = true;
  private drawnOf = -1;
  private drawnAt = -Infinity;

  constructor(
    private readonly root: HTMLElement,
    private readonly store: TaskStore,
    private readonly events: TimelineEvents,
  ) {
    this.timeline = new Timeline(store);
    this.area = element(
      "div",
      "scl-tl-area",
      {
        role: "application",
        tabindex: "0",
        "aria-label": "Timeline of the workers",
        "aria-description": HELP,
      },
      this.names,
      this.canvas,
    );
    const middle = (): number => {
      const { from, to } = this.timeline.range;
      return (from + to) / 2;
    };
    const zoomOut = button("scl-tl-zoom", "−", () => {
      this.zoom(1 / ZOOM, middle());
    });
    const zoomIn = button("scl-tl-zoom", "+", () => {
      this.zoom(ZOOM, middle());
    });
    zoomOut.setAttribute("aria-label", "Zoom out");
    zoomIn.setAttribute("aria-label", "Zoom in");
    this.fit = button("scl-tl-zoom", "All", () => {
      this.showAll();
    });
    this.fit.setAttribute("aria-label", "Show all of the time");
    this.node = element(
      "section",
      "scl-timeline",
      { "aria-label": "Timeline" },
      element("div", "scl-tl-line", {}, this.shown, zoomOut, zoomIn, this.fit),
      this.area,
      this.axis,
      this.card.node,
    );
    this.node.hidden = true;
    this.area.addEventListener("keydown", this.onKey);
    this.area.addEventListener("wheel", this.onWheel, { passive: false });
    this.canvas.addEventListener("pointermove", this.onMove);
    this.canvas.addEventListener("pointerdown", this.onDown);
    this.canvas.addEventListener("pointerup", this.onUp);
    this.canvas.addEventListener("pointerleave", this.onLeave);
    this.resized = new ResizeObserver(() => {
      this.touch();
    });
    this.resized.observe(this.area);
  }

  dispose(): void {
    this.resized.disconnect();
  }

  /** Look at *stretch* of the time; null: all of it. */
  look(stretch: Stretch | null): void {
    this.timeline.look(stretch);
    this.isStale = true;
  }

  /** Draw what is new, where the timeline is shown. */
  draw(isShown: boolean): void {
    if (this.node.hidden === isShown) {
      this.node.hidden = !isShown;
      this.isStale = true;
    }
    if (!isShown) {
      return;
    }
    const now = performance.now();
    const isMoving = this.store.counts.running + this.store.counts.cancelling > 0;
    const isNew = this.store.revision !== this.drawnOf || isMoving;
    if (!this.isStale && !(isNew && now - this.drawnAt >= DRAW_INTERVAL_MS)) {
      return;
    }
    const { lanes } = this.timeline;
    this.isStale = this.timeline.isBehind;
    this.drawnOf = this.store.revision;
    this.drawnAt = now;
    this.drawNames(lanes);
    this.drawAxis();
    this.drawBars(lanes);
    setText(this.shown, slotsInWords(lanes.length, this.timeline.slotCount));
    this.drawCard();
    this.fit.disabled = !this.timeline.isZoomed;
  }

  /** Whether to draw again soon: some of what is known is not drawn. */
  get isBehind(): boolean {
    return !this.node.hidden && (this.isStale || this.store.revision !== this.drawnOf);
  }

  private touch(): void {
    this.isStale = true;
    this.events.changed();
  }

  // -- drawing -------------------------------------------------------------------------------------

  private get width(): number {
    return Math.max(1, this.area.clientWidth - this.names.offsetWidth);
  }

  private drawNames(lanes: readonly Lane[]): void {
    const names = lanes.map(({ worker }) => (worker === "" ? "(no worker named)" : clean(worker)));
    const titles = lanes.map(({ workers }) => workers.map(clean).join(", then "));
    const more = this.timeline.slotCount - lanes.length;
    if (more > 0) {
      names.push(`and ${count(more)} more`);
    }
    if (this.names.childElementCount !== names.length) {
      this.names.replaceChildren(...names.map(() => element("div", "scl-tl-name")));
    }
    for (const [n, node] of [...this.names.children].entries()) {
      if (node instanceof HTMLElement) {
        setText(node, names[n] ?? "");
        setAttribute(node, "title", titles[n] ?? "");
      }
    }
  }

  private drawAxis(): void {
    const { from, to } = this.timeline.range;
    const { width } = this;
    const last = to - (PIXELS_OF_TIME / width) * (to - from);
    const ticks = this.timeline
      .ticks(Math.floor(width / PIXELS_A_TICK))
      .filter(({ at }) => at <= last);
    this.axis.style.paddingInlineStart = `${this.names.offsetWidth}px`;
    this.axis.style.height = `${AXIS_HEIGHT}px`;
    if (this.axis.childElementCount !== ticks.length) {
      this.axis.replaceChildren(...ticks.map(() => element("span", "scl-tl-tick")));
    }
    for (const [n, node] of [...this.axis.children].entries()) {
      const tick = ticks[n];
      if (node instanceof HTMLElement && tick !== undefined) {
        const x = this.names.offsetWidth + ((tick.at - from) / (to - from)) * width;
        node.style.transform = `translateX(${Math.round(x)}px)`;
        setText(node, tick.since === 0 ? "0" : inTime(tick.since));
      }
    }
  }

  private drawBars(lanes: readonly Lane[]): void {
    const { canvas, width } = this;
    const height = Math.max(1, lanes.length) * LANE_HEIGHT;
    const sharpness = window.devicePixelRatio || 1;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * sharpness);
    canvas.height = Math.round(height * sharpness);
    const pen = canvas.getContext("2d");
    if (pen === null) {
      return;
    }
    pen.scale(sharpness, sharpness);
    const colours = palette(this.root, pen);
    pen.font = colours.font;
    pen.textBaseline = "middle";
    for (const [n, lane] of lanes.entries()) {
      const top = n * LANE_HEIGHT;
      pen.fillStyle = colours.line;
      pen.fillRect(0, top + LANE_HEIGHT - 1, width, 1);
      for (const bar of this.timeline.bars(lane, width)) {
        drawBar(pen, bar, top + 1, colours, this.nameOf(bar));
      }
    }
    this.drawCursor(pen, colours, width);
  }

  private nameOf(bar: Bar): string {
    return bar.right - bar.left < ROOM_FOR_NAME ? "" : clean(this.store.get(bar.id)?.name ?? "");
  }

  private drawCursor(pen: CanvasRenderingContext2D, colours: Palette, width: number): void {
    const { cursor } = this;
    if (cursor === null) {
      return;
    }
    const { from, to } = this.timeline.range;
    const left = ((cursor.start - from) / (to - from)) * width;
    const right = (((cursor.end ?? this.store.now()) - from) / (to - from)) * width;
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 2;
    const top = this.cursorLane * LANE_HEIGHT + 1;
    pen.strokeRect(left - 1, top, Math.max(right - left, 1) + 2, BAR_HEIGHT + 1);
  }

  private drawCard(): void {
    const { cursor, card } = this;
    const row = cursor === null ? undefined : this.store.get(cursor.id);
    if (cursor === null || row === undefined) {
      card.hide();
      return;
    }
    const { range, whole } = this.timeline;
    const now = this.store.now();
    card.show(row, now, whole.from, this.hidden());
    const names = this.names.offsetWidth;
    const pixel = (time: number): number =>
      names + ((time - range.from) / (range.to - range.from)) * this.width;
    const bottom = (this.cursorLane + 1) * LANE_HEIGHT - this.area.scrollTop;
    const [left, right] = [pixel(cursor.start), pixel(cursor.end ?? now)];
    card.place(left, right, this.area.offsetTop + bottom, this.area.clientWidth);
  }

  /** How many more tasks there are under the cursor's bar. */
  private hidden(): number {
    const lane = this.timeline.lanes[this.cursorLane];
    const { cursor } = this;
    if (lane === undefined || cursor === null) {
      return 0;
    }
    const { from, to } = this.timeline.range;
    const x = ((cursor.start - from) / (to - from)) * this.width;
    const bar = this.timeline.bars(lane, this.width).find((one) => one.left <= x && x < one.right);
    return bar === undefined ? 0 : bar.count - 1;
  }

  // -- pointer -------------------------------------------------------------------------------------

  private timeAt(x: number): number {
    const { from, to } = this.timeline.range;
    return from + (x / this.width) * (to - from);
  }

  private point(event: PointerEvent | WheelEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private readonly onMove = (event: PointerEvent): void => {
    const { x, y } = this.point(event);
    if (this.dragFrom !== null && event.buttons > 0) {
      const moved = x - this.dragFrom.x;
      if (this.dragFrom.moved || Math.abs(moved) > NEAR_PIXELS) {
        this.timeline.pan(-moved / this.width);
        this.dragFrom = { x, moved: true };
        this.looked();
      }
      return;
    }
    const n = Math.floor(y / LANE_HEIGHT);
    const lane = this.timeline.lanes[n];
    const { from, to } = this.timeline.range;
    const within = (NEAR_PIXELS * (to - from)) / this.width;
    const found = lane === undefined ? null : this.timeline.at(lane, this.timeAt(x), within);
    this.canvas.classList.toggle("scl-tl-hit", found !== null);
    if (found?.id !== this.cursor?.id) {
      this.cursor = found;
      this.cursorLane = n;
      this.touch();
    }
  };

  private readonly onDown = (event: PointerEvent): void => {
    this.dragFrom = { x: this.point(event).x, moved: false };
    this.canvas.setPointerCapture(event.pointerId);
  };

  private readonly onUp = (): void => {
    const wasDrag = this.dragFrom?.moved ?? false;
    this.dragFrom = null;
    if (!wasDrag && this.cursor !== null) {
      this.events.select(this.cursor.id);
    }
  };

  private readonly onLeave = (): void => {
    if (this.cursor !== null && document.activeElement !== this.area) {
      this.cursor = null;
      this.touch();
    }
  };

  private readonly onWheel = (event: WheelEvent): void => {
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (isSideways && this.timeline.isZoomed) {
      this.timeline.pan((event.deltaX || event.deltaY) / this.width);
      this.looked();
    } else if (!isSideways && (event.ctrlKey || event.metaKey || this.hasFocus)) {
      this.zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, this.timeAt(this.point(event).x));
    } else {
      return; // the page's own scrolling
    }
    event.preventDefault();
  };

  private get hasFocus(): boolean {
    return document.activeElement === this.area;
  }

  private zoom(factor: number, at: number): void {
    this.timeline.zoom(factor, at);
    this.looked();
  }

  private showAll(): void {
    this.timeline.look(null);
    this.looked();
  }

  private looked(): void {
    this.events.looked(this.timeline.isZoomed ? this.timeline.range : null);
    this.touch();
  }

  // -- keys ----------------------------------------------------------------------------------------

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.pressed(event.key)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  private pressed(key: string): boolean {
    const { from, to } = this.timeline.range;
    const at = this.cursor === null ? (from + to) / 2 : this.cursor.start;
    switch (key) {
      case "+":
      case "=":
        this.zoom(ZOOM, at);
        return true;
      case "-":
        this.zoom(1 / ZOOM, at);
        return true;
      case "0":
        this.showAll();
        return true;
      case "f":
        this.events.toggleRows();
        return true;
      case "ArrowLeft":
        return this.step(-1);
      case "ArrowRight":
        return this.step(1);
      case "Home":
        return this.step(-Infinity);
      case "End":
        return this.step(Infinity);
      case "ArrowUp":
        return this.changeLane(-1);
      case "ArrowDown":
        return this.changeLane(1);
      case "Enter":
      case " ":
        if (this.cursor !== null) {
          this.events.select(this.cursor.id);
        }
        return true;
      default:
        return false;
    }
  }

  /** To the lane's task *by* further on. */
  private step(by: number): boolean {
    const lane = this.timeline.lanes[this.cursorLane];
    const last = (lane?.spans.length ?? 0) - 1;
    if (lane !== undefined && last >= 0) {
      const id = this.cursor?.id;
      const from = lane.spans.findIndex((one) => one.id === id);
      const to = from < 0 ? (by < 0 ? 0 : last) : from + by;
      this.goTo(lane.spans[Math.min(Math.max(to, 0), last)] ?? null);
    }
    return true;
  }

  /** To the task that another lane ran at that time. */
  private changeLane(by: number): boolean {
    const { lanes } = this.timeline;
    const lane = lanes[this.cursorLane + by];
    if (lane !== undefined) {
      const time = this.cursor?.start ?? this.timeline.range.to;
      this.cursorLane += by;
      this.goTo(this.timeline.at(lane, time, Infinity));
    }
    return true;
  }

  private goTo(span: Span | null): void {
    this.cursor = span;
    if (span !== null) {
      this.timeline.reveal(span);
    }
    this.looked();
  }
}

function drawBar(
  pen: CanvasRenderingContext2D,
  bar: Bar,
  top: number,
  colours: Palette,
  name: string,
): void {
  const wide = bar.right - bar.left;
  const gap = wide > 3 ? 1 : 0; // so that neighbours are two
  pen.fillStyle = colours.fill[bar.status];
  pen.fillRect(bar.left, top, wide - gap, BAR_HEIGHT);
  if (bar.status === "failed") {
    pen.fillStyle = colours.ink; // a mark that is seen without its colour, however thin it is
    pen.fillRect(bar.left, top + BAR_HEIGHT, Math.max(wide - gap, 2), 2);
  }
  if (wide < ROOM_FOR_ICON) {
    return;
  }
  pen.save();
  pen.beginPath();
  pen.rect(bar.left, top, wide - gap - 2, BAR_HEIGHT);
  pen.clip();
  pen.fillStyle = colours.text[bar.status];
  pen.fillText(`${icon(bar.status)} ${name}`, bar.left + 3, top + BAR_HEIGHT / 2 + 0.5);
  pen.restore();
}

function slotsInWords(shown: number, all: number): string {
  if (shown === 0) {
    return "No task has started yet.";
  }
  return all === 1 ? "1 worker" : `${count(all)} workers`;
}

function icon(status: Status): string {
  return ICONS[status];
}
