import ranks from "gpt-ranks/bpeRanks/r50k_base";
import { packRanks } from "../packed-ranks.js";

/** The ranks of `r50k_base`. The build puts them packed in this module's place. */
export const packed = packRanks(ranks);
