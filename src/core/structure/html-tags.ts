/** Tags that end a line of text. */
export const LINE_TAGS: ReadonlySet<string> = new Set(
  "address button caption dd details div dt fieldset figcaption form input label legend li optgroup option summary textarea tr td th".split(
    " ",
  ),
);

/** Tags that end a paragraph. */
export const PARAGRAPH_TAGS: ReadonlySet<string> = new Set(
  "article aside blockquote body center dialog dir dl figure footer h1 h2 h3 h4 h5 h6 head header hgroup hr html main menu nav noscript ol p pre section select table tbody tfoot thead title ul".split(
    " ",
  ),
);

/** Tags that stand inside a line and change nothing in its text. */
const INLINE_TAGS: ReadonlySet<string> = new Set(
  "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd mark meta link q ruby s samp small span strike strong sub sup time tt u var wbr".split(
    " ",
  ),
);

/** Tags whose content is no text for readers. */
export const UNREADABLE_TAGS: ReadonlySet<string> = new Set(
  "script style template svg object canvas iframe noembed noframes audio video map".split(" "),
);

/** Whether HTML has a tag of this name. */
export function isHtmlTag(name: string): boolean {
  return LINE_TAGS.has(name) || PARAGRAPH_TAGS.has(name) || INLINE_TAGS.has(name) || UNREADABLE_TAGS.has(name);
}

/** What the texts of a part of a page are worth. */
export interface Worth {
  prior: number;
  isWaste: boolean;
}

const WASTE: Worth = { prior: 0, isWaste: true };
const FURNITURE: Worth = { prior: 0.1, isWaste: false };
const ASIDE: Worth = { prior: 0.25, isWaste: false };
/** What the page is for. */
export const MAIN: Worth = { prior: 0.5, isWaste: false };

const WORTH_OF_TAG: ReadonlyMap<string, Worth> = new Map([
  ["nav", FURNITURE],
  ["menu", FURNITURE],
  ["footer", FURNITURE],
  ["select", FURNITURE],
  ["dialog", FURNITURE],
  ["aside", ASIDE],
  ["noscript", WASTE],
  ["main", MAIN],
  ["article", MAIN],
]);
const WORTH_OF_ROLE: ReadonlyMap<string, Worth> = new Map([
  ["navigation", FURNITURE],
  ["contentinfo", FURNITURE],
  ["search", FURNITURE],
  ["complementary", ASIDE],
  ["main", MAIN],
]);
const CONTAINERS: ReadonlySet<string> = new Set("div section header form ul ol table aside nav footer".split(" "));
const CONSENT = /(?:^|[\s_-])(?:cookies?|consent|gdpr)(?:$|[\s_-])/iu;
const FURNITURE_NAME =
  /(?:^|\s)(?:nav|navbar|navigation|menu|breadcrumbs?|footer|sidebar|social|share|pagination|newsletter|adverts?|ads|promo|skip-?links?)(?:$|[\s_-])/iu;

/** Attributes that say what a part of a page is. */
export interface Attributes {
  /** Names in `class` and `id`. */
  names: string;
  role: string;
}

/** What a tag says of the worth of all that it holds; undefined where it says nothing. */
export function worthOf(tag: string, { names, role }: Attributes): Worth | undefined {
  const known = WORTH_OF_TAG.get(tag);
  if (!CONTAINERS.has(tag)) return known;
  if (CONSENT.test(names)) return WASTE;
  return WORTH_OF_ROLE.get(role) ?? known ?? (FURNITURE_NAME.test(names) ? FURNITURE : undefined);
}
