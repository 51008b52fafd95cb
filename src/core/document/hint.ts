import type { KindHint } from "../structure/detect.js";
import type { SourceDocument, TextKind } from "../types.js";

/** Members of a document's metadata that name its source, as loaders and stores write them. */
const NAME_MEMBERS = [
  "source",
  "fileName",
  "filename",
  "file_name",
  "filePath",
  "file_path",
  "path",
  "url",
  "uri",
  "loc",
];
/** Members that name its media type. */
const TYPE_MEMBERS = ["contentType", "content_type", "mediaType", "mimeType", "mimetype", "mime_type", "file_type"];

/**
 * What is known of a document's kind besides its text.
 *
 * @param kind The caller's default for all documents.
 */
export function hintOf({ kind, metadata }: SourceDocument, kindOfAll: TextKind | undefined): KindHint | undefined {
  const name = textOf(metadata, NAME_MEMBERS);
  const mediaType = textOf(metadata, TYPE_MEMBERS);
  const given = kind ?? kindOfAll;
  if (given === undefined && name === undefined && mediaType === undefined) return undefined;
  return { kind: given, name, mediaType };
}

function textOf(metadata: Record<string, unknown> | undefined, members: readonly string[]): string | undefined {
  for (const member of members) {
    const value = metadata?.[member];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
