import ranks from "gpt-ranks/bpeRanks/o200k_base";
import { packRanks } from "../packed-ranks.js";

/** The ranks of `o200k_base`. The build puts them packed in this module's place. */
export const packed = packRanks(ranks);
