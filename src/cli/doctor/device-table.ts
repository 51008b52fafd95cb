import type { DeviceReport } from "../../core/model/devices/open-on-device.js";

const HEAD = ["device", "available", "tokens/s", "why not"];

/** The devices of this machine as a table, with what would bring those that are missing. */
export function deviceTable(reports: readonly DeviceReport[]): string {
  const rows = reports.map(({ device, isAvailable, tokensPerSecond, reason }) => [
    device,
    isAvailable ? "yes" : "no",
    tokensPerSecond === undefined ? "" : String(tokensPerSecond),
    reason ?? "",
  ]);
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => (row[column] as string).length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join("  ")
      .trimEnd(),
  );
  const remedies = reports.flatMap(({ device, remedy }) =>
    remedy === undefined ? [] : [`to have ${device}: ${remedy}`],
  );
  return `${[...lines, ...remedies].join("\n")}\n`;
}
