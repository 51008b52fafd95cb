import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { makeTritonRepository } from "../../scripts/make-triton-repository.js";
import { hasBundledModel } from "../support/bundled-model.js";

const DEPLOY = new URL("../../deploy/", import.meta.url);
const MODEL = "models/contextsieve-small";
const folder = mkdtempSync(join(tmpdir(), "contextsieve-triton-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(name: string): unknown[] {
  return parseAllDocuments(readFileSync(new URL(name, DEPLOY), "utf8")).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}

const probe = z.object({ periodSeconds: z.number() });
const resources = z.strictObject({
  requests: z.object({ cpu: z.string(), memory: z.string() }),
  limits: z.object({ cpu: z.string(), memory: z.string() }),
});
const container = z.object({
  name: z.string(),
  image: z.string().regex(/:[\w.-]+$/u),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  readinessProbe: probe,
  livenessProbe: probe,
  resources,
  securityContext: z.object({ allowPrivilegeEscalation: z.literal(false) }),
});
const deployment = z.object({
  kind: z.literal("Deployment"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        securityContext: z.object({ runAsNonRoot: z.literal(true) }),
        containers: z.array(container).min(1),
      }),
    }),
  }),
});
const service = z.object({
  kind: z.literal("Service"),
  spec: z.object({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.object({ port: z.number(), targetPort: z.string() })),
  }),
});
const scaler = z.object({
  kind: z.literal("HorizontalPodAutoscaler"),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.literal("Deployment"), name: z.string() }),
    metrics: z.tuple([z.object({ pods: z.object({ metric: z.object({ name: z.string() }) }) })]),
  }),
});

describe("the manifests for Kubernetes", () => {
  it.each(["kubernetes/triton.yaml", "kubernetes/redis.yaml"])(
    "%s has probes, limits, and a service that finds it",
    (name) => {
      const [first, second] = read(name);
      const { spec, metadata } = deployment.parse(first);
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      const own = service.parse(second).spec;
      expect(spec.template.metadata.labels).toMatchObject(own.selector);
      const ports = spec.template.spec.containers.flatMap((each) => each.ports.map((port) => port.name));
      for (const { targetPort } of own.ports) expect(ports).toContain(targetPort);
      expect(metadata.name).toMatch(/^contextsieve-/u);
    },
  );

  it("scale Triton by how long requests wait, as the adapter measures it", () => {
    const documents = read("kubernetes/triton.yaml");
    const { scaleTargetRef, metrics } = scaler.parse(documents[2]).spec;
    expect(scaleTargetRef.name).toBe(deployment.parse(documents[0]).metadata.name);
    const [adapter] = read("kubernetes/prometheus-adapter.yaml") as [{ rules: { custom: { name: { as: string } }[] } }];
    expect(adapter.rules.custom[0]?.name.as).toBe(metrics[0].pods.metric.name);
  });
});

describe("the manifest for KServe", () => {
  it("asks for the Triton runtime by the protocol that the remote backend speaks", () => {
    const service = z.strictObject({
      apiVersion: z.literal("serving.kserve.io/v1beta1"),
      kind: z.literal("InferenceService"),
      metadata: z.object({ name: z.string() }),
      spec: z.strictObject({
        predictor: z.strictObject({
          minReplicas: z.number(),
          maxReplicas: z.number(),
          scaleMetric: z.enum(["concurrency", "rps", "cpu", "memory"]),
          scaleTarget: z.number(),
          timeout: z.number(),
          model: z.strictObject({
            modelFormat: z.strictObject({ name: z.literal("onnx") }),
            runtime: z.literal("kserve-tritonserver"),
            protocolVersion: z.literal("v2"),
            storageUri: z.string().regex(/^pvc:\/\//u),
            resources,
          }),
        }),
      }),
    });
    expect(() => service.parse(read("kserve/inference-service.yaml")[0])).not.toThrow();
  });
});

describe("the Compose file", () => {
  it("starts Triton from its Dockerfile and Redis as a cache, both with a check of their health", () => {
    const check = z.object({ test: z.array(z.string()), interval: z.string(), retries: z.number() });
    const file = z.strictObject({
      name: z.string(),
      services: z.strictObject({
        triton: z.object({
          build: z.strictObject({ context: z.string(), dockerfile: z.string() }),
          healthcheck: check,
        }),
        redis: z.object({ image: z.string(), command: z.array(z.string()), healthcheck: check }),
      }),
    });
    const { triton, redis } = file.parse(read("compose.yaml")[0]).services;
    expect(existsSync(new URL(join(triton.build.context, triton.build.dockerfile), DEPLOY))).toBe(true);
    expect(redis.command).toContain("allkeys-lru");
  });

  it("is one of the files that the page names", () => {
    const page = readFileSync(new URL("README.md", DEPLOY), "utf8");
    const files = readdirSync(DEPLOY, { recursive: true, encoding: "utf8" }).filter((name) =>
      statSync(new URL(name, DEPLOY)).isFile(),
    );
    for (const name of files) if (name !== "README.md") expect(page).toContain(name);
  });
});

describe.skipIf(!hasBundledModel)("the model repository for Triton", () => {
  it.each(["gpu", "int8"])(
    "has the %s graph under its version, and says what goes in and comes out",
    async (variant) => {
      const { folder: made, config } = await makeTritonRepository({
        model: MODEL,
        to: join(folder, variant),
        variant,
        version: 3,
      });
      const graph = join(made, "3/model.onnx");
      const session = await InferenceSession.create(graph);
      const named = (block: string) =>
        [...block.matchAll(/\{ name: "(?<name>\w+)"/gu)].map(({ groups }) => groups?.name);
      const [inputs, outputs] = [config.slice(0, config.indexOf("output [")), config.slice(config.indexOf("output ["))];
      expect(named(inputs).sort()).toEqual([...session.inputNames].sort());
      expect(named(outputs).sort()).toEqual([...session.outputNames].sort());
      expect(config).toContain(variant === "gpu" ? "KIND_GPU" : "KIND_CPU");
      expect(config).toMatch(/parameters \{ key: "fingerprint" value \{ string_value: "[0-9a-f]+" \} \}/u);
      await session.release();
    },
  );
});
