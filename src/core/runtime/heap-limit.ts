import { getHeapStatistics } from "node:v8";

/** Most bytes that the JavaScript heap of this process or thread may take: what a container or a flag leaves it. */
export function heapLimit(): number {
  return getHeapStatistics().heap_size_limit;
}
