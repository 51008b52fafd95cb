import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/latex.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";

const PAPER = String.raw`\documentclass{article}
\newcommand{\depth}[1]{%
  d_{#1}}
\title{Tides at the pier}
\begin{document}
\maketitle
\begin{abstract}
We measured the tide. It rose.
\end{abstract}

\section{Method}\label{sec:method}
% ask Ines
The gauge stood at pier 3. It reads $d = 7.5$ metres~\cite{lund2020}. See Fig. 2 of the annex.
\begin{equation}
  d(t) = a \sin(t) + \begin{cases} 1 \\ 2 \end{cases}
\end{equation}

\subsection{Steps}
\begin{itemize}
  \item Look at \emph{the lamp. Not the sea.}
  \item Write it down.
\end{itemize}
\end{document}
`;

function expectBalanced(text: string): void {
  const open: string[] = [];
  for (const [, command, name] of text.matchAll(/\\(begin|end)\{(\w+\*?)\}/gu)) {
    if (command === "begin") open.push(name as string);
    else expect(open.pop(), text).toBe(name);
  }
  expect(open, text).toEqual([]);
  let braces = 0;
  for (const [brace] of text.matchAll(/(?<!\\)[{}]/gu)) {
    braces += brace === "{" ? 1 : -1;
    expect(braces, text).toBeGreaterThanOrEqual(0);
  }
  expect(braces, text).toBe(0);
  expect((text.match(/(?<!\\)\$/gu) ?? []).length % 2, text).toBe(0);
}

describe("LaTeX", () => {
  it("keeps a sentence that goes on in an equation together with it", () => {
    const equation = "\\begin{equation}\n  r = b / a\n\\end{equation}";
    const text = `\\section{Model}\nParts age.\nThe rate is\n${equation}\nwhere $b$ is the age.\n`;
    expect(printed(parse, text, "The rate")).toBe(`\\section{Model}\nThe rate is\n${equation}`);
    expect(printed(parse, text, "r = b")).toBe(`\\section{Model}\n${equation}`);
    expect(grainWith(parse, text, "r = b").context).toBe("Model The rate is");
  });

  it("brings the sections and the environment of a sentence", () => {
    expect(printed(parse, PAPER, "Write it")).toBe(
      "\\section{Method}\\label{sec:method}\n\n\\subsection{Steps}\n\\begin{itemize}\n  \\item Write it down.\n\\end{itemize}",
    );
    expect(grainWith(parse, PAPER, "Write it").context).toBe("Method Steps");
  });

  it("lets words of plain sentences go, and keeps commands, math and braces whole", () => {
    expect(grainWith(parse, PAPER, "The gauge").kind).toBe("prose");
    const texts = outlineOf(parse, PAPER).grains.map(({ start, end }) => PAPER.slice(start, end));
    expect(texts).toContain(String.raw`It reads $d = 7.5$ metres~\cite{lund2020}.`);
    expect(texts).toContain(String.raw`\item Look at \emph{the lamp. Not the sea.}`);
    expect(texts).toContain("See Fig. 2 of the annex.");
  });

  it("keeps equations and definitions of the preamble whole", () => {
    expect(printed(parse, PAPER, "cases")).toMatch(/\\begin\{equation\}[\s\S]*\\end\{cases\}\n\\end\{equation\}$/u);
    expect(printed(parse, PAPER, "newcommand")).toBe("\\newcommand{\\depth}[1]{%\n  d_{#1}}");
    expect(grainWith(parse, PAPER, "Tides at").prior).toBeGreaterThan(0.5);
  });

  it("is nothing for what is not balanced or no LaTeX", () => {
    for (const text of [
      "",
      "words",
      "\\section{a",
      "\\section{a}\n\\begin{center}\nb\n",
      "\\emph{a}\n\\end{center}",
      "\\emph{a} $b",
      "\\emph{a}}",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints balanced LaTeX for every choice", () => {
    expectEveryChoiceValid(parse, paper, expectBalanced);
    expectEveryChoiceValid(parse, fc.constant(PAPER), expectBalanced, 100);
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, paper, soup);
  });
});

const words = fc
  .array(
    fc.constantFrom(
      "plain words.",
      "with $x. Y$ in",
      "\\emph{a. B} and",
      "\\cite{a}.",
      "50\\% of",
      "% note\n",
      "$$a. B$$",
      "\\[x\\]",
      "e.g. this",
      "\n",
    ),
    { maxLength: 8 },
  )
  .map((parts) => `Text ${parts.join(" ")}`);
const block: fc.Arbitrary<string> = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    words,
    words.map((text) => `\\subsection{A {b} c}\n${text}`),
    fc
      .tuple(fc.constantFrom("itemize", "quote", "table", "center"), tie("block"), words)
      .map(([name, inner, text]) => `\\begin{${name}}\n\\item ${inner}\n\n\\item ${text}\n\\end{${name}}`),
    words.map((text) => `\\begin{align}\n  a &= ${text.replace(/[$%\n]|\\\[|\\\]/gu, "")}\n\\end{align}`),
  ),
})).block;
const paper = fc
  .tuple(fc.boolean(), fc.array(block, { minLength: 1, maxLength: 5 }))
  .map(([isWhole, blocks]) => {
    const body = `\\section{Top}\n\n${blocks.join("\n\n")}\n`;
    return isWhole ? `\\documentclass{a}\n\\title{T}\n\\begin{document}\n${body}\\end{document}\n` : body;
  })
  .filter((text) => runAtOnce(parse(text)) !== undefined);
const soup = fc
  .array(
    fc.constantFrom(
      "\\section{a}",
      "\\begin{center}",
      "\\end{center}",
      "\\begin{x}",
      "\\end{x}",
      "{",
      "}",
      "$",
      "$$",
      "\\",
      "\\(",
      "\\)",
      "%",
      "\n",
      "\n\n",
      "words. ",
      "\\item ",
      "\\verb|{|",
      " ",
    ),
  )
  .map((parts) => parts.join(""));
