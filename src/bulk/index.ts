export {
  type AddEncodeJobsOptions,
  addEncodeJobs,
  ENCODE_JOB,
  type EncodeJobData,
  type EncodeJobEntry,
  type EncodeQueue,
  encodeProcessor,
} from "./bullmq.js";
export { type EncodeJobOptions, type EncodeJobResult, encodeJob } from "./encode-job.js";
