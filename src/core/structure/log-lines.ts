// How lines of logs and of the output of tools begin.

/** What a container or a pod puts in front of its lines. */
const SOURCE = String.raw`(?:[\w./-]{1,64} {0,20}\| |\[(?:pod|container)\/[^\]]{1,200}\] )?`;
const DATES = [
  String.raw`\d{4}[-/.]\d\d[-/.]\d\d[T ,:]{0,2}\d\d?:\d\d`,
  String.raw`\d\d[-/.](?:\d\d|[A-Z][a-z]{2})[-/.]\d{2,4}[ T:]\d\d:\d\d`,
  String.raw`\d\d-\d\d \d\d:\d\d:\d\d`,
  // Not of a subtitle.
  String.raw`\d\d?:\d\d:\d\d(?:[.,]\d+)?\b(?! -->)`,
  String.raw`(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2} {1,2}\d{1,2},? (?:\d{4} )?\d\d:\d\d:\d\d`,
  String.raw`[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d`,
  String.raw`\d{10}(?:\d{3})?(?:\.\d{1,9})?[\s:\]]`,
  String.raw` {0,8}\d{1,9}\.\d{3,9}\]`,
];
const LEVELS = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|CRIT|SEVERE|PANIC|VERBOSE";
const HEADS = [
  String.raw`[\[("'<]{0,2}(?:${DATES.join("|")})`,
  String.raw`\[?(?:${LEVELS})\]?[\s:|]`,
  String.raw`\[(?:${LEVELS.toLowerCase()})\]`,
  // Access logs: address, identity, user, date.
  String.raw`\S{1,255} \S{1,64} \S{1,64} \[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:`,
  // glog and klog, syslog by RFC 5424, logfmt.
  String.raw`[IWEF]\d{4} \d\d:\d\d:\d\d`,
  String.raw`<\d{1,3}>`,
  String.raw`(?:time|ts|level|lvl|t)=\S`,
];
const HEADED = new RegExp(`^${SOURCE}(?:${HEADS.join("|")})`, "u");

const VERBS =
  "Step|Compiling|Download(?:ing|ed)|Install(?:ing|ed)|Collecting|Building|Built|Running|Fetching|Resolving|Linking|Checking|Finished|Unpacking|Setting up|Get:|Hit:|Reading|Preparing|Successfully|Requirement already|Cloning|Receiving|remote:|Pulling|Sending|Removing|Entering|Leaving|Processing|Selecting|Starting|Stopping|Creating|Created|Updating|Uploading|Generating|Testing|Transforming|Rendering";
const TOOL_LINES = [
  // What is found wrong where: `src/a.c:7:3: error: ...`, `src/a.ts(7,3): error ...`.
  String.raw`[^\s:]{1,200}:\d{1,7}(?::\d{1,5})?: `,
  String.raw`\d{1,7}:\d{1,5} {1,8}(?:error|warning|info) `,
  String.raw`\S{1,200}\(\d{1,7}(?:,\d{1,5})?\): `,
  String.raw`(?:error|warning|note|help|hint|info|fatal|failed|failure)(?:\[\w{1,20}\])?:`,
  String.raw`(?:Error|Warning|Note|Help|Hint|Fatal|FAILED)(?:\[\w{1,20}\])?:`,
  String.raw`(?:PASS|PASSED|FAIL|FAILED|SKIP|SKIPPED|XFAIL|ERROR|OK|WARN)\b`,
  String.raw`(?:not )?ok \d`,
  String.raw`(?:npm|yarn|pnpm|make(?:\[\d+\])?|cmake|gcc|cc|ld|cargo|mvn|gradle|pip|docker|git|go|node|tsc)[:!]? (?:ERR|WARN|error|warn|info|notice|run)?`,
  "[✓✗✔✖✘×●○✕√⨯▶►❯⠿]",
  "[=_*~#-]{3,}",
  String.raw`\[(?:\d{1,5}\/\d{1,5}|[ \d]{1,3}%)\]`,
  String.raw`\$ \S`,
  String.raw`[>E] {2,}\S`,
  String.raw`(?:${VERBS})\b`,
  String.raw`\d{1,7} (?:passing|failing|passed|failed|errors?|warnings?|tests?|packages?|problems?|files?)\b`,
  "(?:Tests?|Test (?:Files|Suites)|Suites|Snapshots|Time|Duration|Ran|BUILD|Total)[: ]",
];
const TOOL_LINE = new RegExp(`^\\s{0,8}(?:${TOOL_LINES.join("|")})`, "u");
const SECTION = /^(?:_{3,} .{1,200} _{3,}|-{3,} .{1,200} -{3,}|● .{1,200} › .{1,200}|\s{1,4}● .{1,200})$/u;
const BANNER = /^={3,}/u;

/** Code units of a line by which it is told. */
const READ = 600;

/** Whether a line of a log begins with its time, its level or an address: it begins an event. */
export function isHeaded(line: string): boolean {
  return HEADED.test(line.length > READ ? line.slice(0, READ) : line);
}

/** Whether a line begins as those of compilers, test runners and installers do. */
export function isToolLine(line: string): boolean {
  return TOOL_LINE.test(line.length > READ ? line.slice(0, READ) : line);
}

/** Whether a line names what stands below: a failing test. */
export function isSection(line: string): boolean {
  return line.length <= READ && SECTION.test(line);
}

/** Whether a line begins a part of the output that is of nothing above it: `==== summary ====`. */
export function isBanner(line: string): boolean {
  return BANNER.test(line);
}
