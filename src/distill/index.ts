export type { Sentence, SentenceKind, Span, Word } from "../core/types.js";
export type { AnnotateOptions, Annotation, AnnotationMethod } from "./annotate.js";
export { ANNOTATION_METHODS, annotate, LABEL } from "./annotate.js";
export type { ChatModelLike } from "./chat-model-teacher.js";
export { chatModelTeacher } from "./chat-model-teacher.js";
export { chunkText, PAPER_CHUNK_TOKENS } from "./chunks.js";
export type { DatasetFile, DatasetHeader, DatasetOptions } from "./dataset.js";
export { buildDataset, DATASET_VERSION } from "./dataset.js";
export type { EndpointTeacherOptions } from "./endpoint-teacher.js";
export { endpointTeacher } from "./endpoint-teacher.js";
export { DELETION_INSTRUCTION, REBUILD_INSTRUCTION, TEXT_PLACEHOLDER } from "./instructions.js";
export type { LabelCounts, LabelledPairs, LabelledPassage } from "./label-pairs.js";
export { labelPairs } from "./label-pairs.js";
export type { CompressedWord } from "./marked-text.js";
export { BOUNDARY, readMarkedText } from "./marked-text.js";
export type { Pair } from "./pair.js";
export type { QualityOptions, QualityReason, QualityReport, QualityScores } from "./quality.js";
export { filterByQuality, measureQuality } from "./quality.js";
export type { Reconstruction, ReconstructOptions } from "./reconstruct.js";
export { reconstructPairs } from "./reconstruct.js";
export type { ReconstructionScores } from "./reconstruction-score.js";
export { scoreReconstruction } from "./reconstruction-score.js";
export type {
  Teacher,
  TeacherDocument,
  TeacherOptions,
  TeacherPair,
  TeacherProgress,
  TeacherReport,
} from "./teacher.js";
export { compressDocuments } from "./teacher.js";
export type { TeacherErrorOptions } from "./teacher-error.js";
export { TeacherError } from "./teacher-error.js";
export type { ChunkEncoding, CountTokens } from "./token-count.js";
export { CHUNK_ENCODINGS, loadTokenCount } from "./token-count.js";
export type { TrainingText } from "./training-text.js";
