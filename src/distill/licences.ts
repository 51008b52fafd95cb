/** Sources and licences of the distilled passages, by domain. */
const DOMAIN_LICENCES: Readonly<Record<string, string>> = {
  meeting: "QMSum train meetings, MIT",
  wiki: "SQuAD 2.0 paragraphs from Wikipedia, CC BY-SA 4.0",
  wikiq: "NQ-open oracle passages from Wikipedia, CC BY-SA",
  docs: "PEPs (public domain), PowerShell-Docs (CC BY 4.0), Astro docs (MIT), The Rust Programming Language (MIT/Apache-2.0), react.dev (CC BY 4.0)",
  textbook: "OpenStax Biology, CC BY 3.0",
  health: "MedQuAD, CC BY 4.0",
  dialog: "tau-bench airline (MIT), Aider chat history (Apache-2.0)",
  story: "SQuALITY, Project Gutenberg (public domain)",
  reason: "GSM8K (MIT), BIG-Bench Hard chain-of-thought prompts (MIT)",
  web: "MT-RAG reference passages, Apache-2.0",
};

/** What a header says of texts that nobody named a licence for. */
export const UNKNOWN_LICENCE = "not stated";

/** The licences of the domains that occur; a domain that is not in the table is `not stated`. */
export function licencesOf(domains: Iterable<string>): Record<string, string> {
  const present = [...new Set(domains)].sort();
  return Object.fromEntries(present.map((domain) => [domain, DOMAIN_LICENCES[domain] ?? UNKNOWN_LICENCE]));
}
