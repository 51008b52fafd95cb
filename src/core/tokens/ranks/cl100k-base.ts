import ranks from "gpt-ranks/bpeRanks/cl100k_base";
import { packRanks } from "../packed-ranks.js";

/** The ranks of `cl100k_base`. The build puts them packed in this module's place. */
export const packed = packRanks(ranks);
