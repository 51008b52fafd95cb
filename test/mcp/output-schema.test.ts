import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemaOfCut } from "../../src/mcp/output-schema.js";

const SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  title: "Berths",
  properties: {
    berths: {
      type: "array",
      description: "All berths",
      minItems: 2,
      items: {
        type: "object",
        properties: { id: { type: "integer", minimum: 1 }, note: { type: "string", minLength: 3, format: "email" } },
        required: ["id"],
        additionalProperties: false,
      },
    },
    state: { oneOf: [{ const: "open" }, { type: "null" }, { $ref: "#/definitions/reason" }] },
  },
  required: ["berths", "state"],
  additionalProperties: false,
  definitions: {
    reason: { type: "object", properties: { text: { type: "string", pattern: "^a" } }, required: ["text"] },
  },
};

describe("schemaOfCut", () => {
  it("keeps names, types and descriptions, and asks for nothing that a cut takes away", () => {
    expect(schemaOfCut(SCHEMA)).toEqual({
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      title: "Berths",
      properties: {
        berths: {
          type: "array",
          description: "All berths",
          items: { type: "object", properties: { id: { type: "integer" }, note: { type: "string" } } },
        },
        state: { anyOf: [{}, { type: "null" }, { $ref: "#/definitions/reason" }] },
      },
      definitions: { reason: { type: "object", properties: { text: { type: "string" } } } },
    });
  });

  it("accepts whatever is left of what the schema accepted", () => {
    const validate = new AjvJsonSchemaValidator().getValidator(schemaOfCut(SCHEMA));
    const berth = fc.record({ id: fc.integer(), note: fc.string() }, { requiredKeys: [] });
    const left = fc.record({ berths: fc.array(berth), contextsieve: fc.string() }, { requiredKeys: [] });
    fc.assert(
      fc.property(left, (value) => {
        expect(validate(value)).toMatchObject({ valid: true });
      }),
    );
    expect(validate({ berths: "none" }).valid).toBe(false);
  });
});
