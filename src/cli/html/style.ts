/** Colours of the report, each text with at least 4.5 : 1 against what it stands on (WCAG 2.2, AA). */
export const PALETTES = {
  light: {
    page: "#ffffff",
    text: "#111827",
    dim: "#5b6472",
    line: "#d1d5db",
    kept: "#14532d",
    keptBackground: "#dcfce7",
    protected: "#713f12",
    protectedBackground: "#fef3c7",
    button: "#1d4ed8",
    buttonText: "#ffffff",
  },
  dark: {
    page: "#111827",
    text: "#f3f4f6",
    dim: "#9ca3af",
    line: "#374151",
    kept: "#dcfce7",
    keptBackground: "#14532d",
    protected: "#fef3c7",
    protectedBackground: "#713f12",
    button: "#93c5fd",
    buttonText: "#111827",
  },
} as const;

/** The report's style sheet. What is kept differs in more than its colour: it has a ground, and what is protected a line under it. */
export const STYLE = `
:root { color-scheme: light dark; ${variables(PALETTES.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(PALETTES.dark)} } }
* { box-sizing: border-box; }
html { scroll-padding-block: 5rem; }
body { font: 15px/1.6 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 5rem; color: var(--text); background: var(--page); }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0; }
section { margin-top: 2rem; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; padding: .75rem 0; border-block: 1px solid var(--line); }
.facts div { display: flex; flex-direction: column; }
.facts b { font-size: 1.2rem; font-variant-numeric: tabular-nums; }
.facts span, .meta, .hint { color: var(--dim); font-size: .85rem; }
progress { display: block; width: 100%; height: 6px; margin-top: .25rem; accent-color: var(--button); }
nav { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; padding: .5rem 0; background: var(--page); border-bottom: 1px solid var(--line); }
nav[hidden] { display: none; }
button { font: inherit; font-size: .9rem; padding: .25rem .75rem; min-height: 2rem; border: 0; border-radius: 4px; cursor: pointer; color: var(--button-text); background: var(--button); }
:focus-visible { outline: 2px solid var(--button); outline-offset: 2px; }
summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
summary .meta { font-weight: 400; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .75rem 0 0; }
.source { color: var(--dim); }
.model { max-height: 24rem; overflow: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 4px; }
mark { color: var(--kept); background: var(--kept-background); border-radius: 2px; }
u { color: var(--protected); background: var(--protected-background); text-underline-offset: 3px; }
.at { outline: 2px solid var(--button); }
#word { position: fixed; inset: auto 0 0; margin: 0; padding: .5rem 1rem; color: var(--text); background: var(--page); border-top: 1px solid var(--line); }
#word:empty { display: none; }
@media print { nav, #word { display: none; } }
`;

function variables(palette: Readonly<Record<string, string>>): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}: ${value};`)
    .join(" ");
}
