import { Error as errorsOnly, logger, parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { styleOf } from "./style.js";

/** A point of a system's line. */
export interface ChartPoint {
  system: string;
  title: string;
  x: number;
  y: number;
  /** Panel that the point belongs to. */
  panel: string;
  /** Place on the line. */
  order: number;
}

export interface ChartAxes {
  title: string;
  x: { title: string; format: string; isLog: boolean };
  y: { title: string };
  panels: readonly string[];
  /** Names of the systems in the legend's order. The first is drawn last, on top of the others. */
  systems: readonly string[];
}

/** Draws lines, one a system, in a row of panels, as SVG. */
export async function drawChart(points: readonly ChartPoint[], axes: ChartAxes): Promise<string> {
  const place = ({ system }: ChartPoint) => axes.systems.indexOf(system);
  const ranked = [...points].sort((a, b) => place(b) - place(a));
  const systems = [...new Map(ranked.map(({ system, title }) => [system, title]))].reverse();
  const styles = systems.map(([system]) => styleOf(system));
  const domain = systems.map(([, title]) => title);
  const spec: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    background: "white",
    title: { text: axes.title, anchor: "start", fontSize: 14 },
    data: { values: ranked },
    facet: {
      column: {
        field: "panel",
        type: "nominal",
        title: null,
        sort: [...axes.panels],
        header: { labels: axes.panels.length > 1 },
      },
    },
    spec: {
      width: axes.panels.length > 1 ? 240 : 520,
      height: 320,
      mark: { type: "line", point: { filled: true, size: 30 }, clip: false },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: axes.x.title,
          scale: axes.x.isLog ? { type: "log", nice: true } : { zero: true },
          axis: { format: axes.x.format, grid: true, gridColor: "#eeeeee", ...(axes.x.isLog ? { tickCount: 6 } : {}) },
        },
        y: {
          field: "y",
          type: "quantitative",
          title: axes.y.title,
          scale: { domain: [0, 1] },
          axis: { format: "%", grid: true, gridColor: "#eeeeee" },
        },
        order: { field: "order", type: "quantitative" },
        color: {
          field: "title",
          type: "nominal",
          title: null,
          scale: { domain, range: styles.map(({ color }) => color) },
          legend: { symbolType: "stroke", symbolStrokeWidth: 3, symbolSize: 300, labelLimit: 400, rowPadding: 4 },
        },
        strokeDash: {
          field: "title",
          type: "nominal",
          legend: null,
          scale: { domain, range: styles.map(({ dash }) => (dash.length > 0 ? dash : [1, 0])) },
        },
        strokeWidth: {
          field: "title",
          type: "nominal",
          legend: null,
          scale: { domain, range: styles.map(({ width }) => width) },
        },
      },
    },
    config: {
      legend: { labelLimit: 400 },
      font: "sans-serif",
      view: { stroke: null },
      axis: { labelFontSize: 11, titleFontSize: 12 },
    },
  };
  const quiet = logger(errorsOnly);
  return new View(parse(compile(spec, { logger: quiet }).spec), { renderer: "none", logger: quiet }).toSVG();
}
