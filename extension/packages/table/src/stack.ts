/** A running task's stack, as `page_encoding` sends it. */

import { readList, readNumber, readText } from "./json.js";

export interface StackFrame {
  /** Its path, or a notebook's name of a cell, "In[5]". */
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** The text of the line; empty if it isn't known. */
  readonly source: string;
}

export interface TaskStack {
  /** What the task does: "in C", "waiting: select". */
  readonly state: string;
  /** How the stack was read; empty if there is none. */
  readonly taken: string;
  /** Why there is no stack; empty otherwise. */
  readonly problem: string;
  /** The stack of each thread, the outermost frame first. */
  readonly threads: readonly (readonly StackFrame[])[];
}

export function readStack(value: unknown): TaskStack | null {
  if (value === null || value === undefined) {
    return null;
  }
  const parts = readList(value);
  return {
    state: readText(parts[0]),
    taken: readText(parts[1]),
    problem: readText(parts[2]),
    threads: readList(parts[3]).map((frames) => readList(frames).map(readFrame)),
  };
}

function readFrame(value: unknown): StackFrame {
  const parts = readList(value);
  return {
    file: readText(parts[0]),
    line: readNumber(parts[1]),
    name: readText(parts[2]),
    source: readText(parts[3]),
  };
}

/** The stack as text, in the form of a traceback. */
export function stackText(stack: TaskStack): string {
  const threads = stack.threads.map((frames) =>
    frames
      .map(({ file, line, name, source }) => {
        const location = /^In\[\d+\]$/.test(file) ? `Cell ${file}` : `File "${file}"`;
        const place = `  ${location}, line ${line}, in ${name}`;
        return source === "" ? place : `${place}\n    ${source}`;
      })
      .join("\n"),
  );
  return threads.join("\nanother thread of the task\n");
}
