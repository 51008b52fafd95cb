import { BaseTracer, type Run } from "@langchain/core/tracers/base";

/** Collects runs: `paths()` gives each as the names from its root. */
export class TraceCollector extends BaseTracer {
  name = "trace_collector";
  readonly runs: Run[] = [];

  protected async persistRun(): Promise<void> {}

  override onRunCreate(run: Run): void {
    this.runs.push(run);
  }

  paths(): string[] {
    const byId = new Map(this.runs.map((run) => [run.id, run]));
    const path = (run: Run): string => {
      const parent = run.parent_run_id === undefined ? undefined : byId.get(run.parent_run_id);
      return parent ? `${path(parent)} > ${run.name}` : run.name;
    };
    return this.runs.map(path);
  }
}
