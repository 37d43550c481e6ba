/** Rows as text for a spreadsheet.  No DOM. */

import type { Row } from "./types.js";

const COLUMNS: readonly (readonly [name: string, of: (row: Row) => string | number | null])[] = [
  ["number", (row) => row.number],
  ["name", (row) => row.name],
  ["state", (row) => row.status],
  ["worker", (row) => row.worker],
  ["submitted", (row) => isoTime(row.submittedAt)],
  ["started", (row) => isoTime(row.startedAt)],
  ["ended", (row) => isoTime(row.endedAt)],
  ["seconds", secondsOf],
  ["attempt", (row) => row.attempt],
  ["error", (row) => row.error],
  ["cancel", (row) => row.cancelResolution],
  ["id", (row) => row.id],
];

/** The rows as tab-separated or comma-separated values, with a line of names above. */
export function exportRows(rows: readonly Row[], kind: "tsv" | "csv"): string {
  const separator = kind === "tsv" ? "\t" : ",";
  const line = (values: readonly (string | number | null)[]): string =>
    values.map((value) => field(value, kind)).join(separator);
  const head = line(COLUMNS.map(([name]) => name));
  const lines = rows.map((row) => line(COLUMNS.map(([, of]) => of(row))));
  return `${[head, ...lines].join("\n")}\n`;
}

function secondsOf({ startedAt, endedAt }: Row): number | null {
  return startedAt === null || endedAt === null ? null : Number((endedAt - startedAt).toFixed(6));
}

function isoTime(seconds: number | null): string {
  return seconds === null ? "" : new Date(seconds * 1000).toISOString();
}

const FORMULA = /^[=+\-@\t\r]/; // a spreadsheet would read it as a formula

function field(value: string | number | null, kind: "tsv" | "csv"): string {
  if (value === null || typeof value === "number") {
    return String(value ?? "");
  }
  const safe = FORMULA.test(value) ? `'${value}` : value;
  if (kind === "tsv") {
    return safe.replace(/[\t\r\n]+/g, " ");
  }
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
