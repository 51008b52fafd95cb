// Metrics for Prometheus: what the sieve measures, as a scrape of its endpoint sees it.
import { metrics } from "@opentelemetry/api";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { createSieve } from "contextsieve";

const exporter = new PrometheusExporter({ host: "127.0.0.1", port: 9464 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }));

const sieve = await createSieve();
const documents = ["Backups are kept for 35 days, in two regions.", "A locker takes parcels of up to 20 kg, not more."];
await sieve.encode(documents);
const { text } = await sieve.compress({ documents, query: "How long are backups kept?", maxTokens: 14 });
console.log(text);

const scraped = await (await fetch("http://127.0.0.1:9464/metrics")).text();
const wanted = /^contextsieve_(?:tokens|cache|encoder_tokens|queue_wait_seconds_(?:sum|count)|compress_ceiling_sum)/u;
console.log(
  scraped
    .split("\n")
    .filter((line) => wanted.test(line))
    .join("\n"),
);
await exporter.shutdown();
await sieve.dispose();
