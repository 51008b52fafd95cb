/** Verbs of English, each form that occurs, by the particle without which they say something else, often the opposite. */
const BY_PARTICLE: Readonly<Record<string, string>> = {
  down:
    "turn turns turned turning vote votes voted voting shoot shoots shot shooting strike strikes struck striking knock knocked shut shuts " +
    "shutting close closes closed closing wind winds wound winding step steps stepped stepping stand stands stood standing scale scales scaled scaling " +
    "let lets bring brings brought break breaks broke broken breaking back backs backed backing play plays played playing water watered lock locked " +
    "tear tears tore torn tearing mark marked burn burned burnt log calm calmed cool cooled slow slowed",
  out:
    "rule rules ruled ruling back backs backed backing pull pulls pulled pulling opt opts opted opting drop drops dropped dropping phase phases phased " +
    "phasing leave leaves left leaving run runs ran running sell sells sold selling lock locks locked locking kick kicked miss misses missed missing " +
    "bow bowed wear wears wore worn wearing die dies died cross crossed sit sat time times timed timing carry carries carried carrying throw throws threw thrown " +
    "sign signs signed signing log logs logged logging drown drowned burn burned burnt filter filters filtered filtering read",
  off:
    "call calls called calling put puts putting lay lays laid laying hold holds held holding write writes wrote written writing break breaks broke " +
    "broken breaking cut cuts cutting shut shuts shutting switch switches switched switching turn turns turned turning let lets wear wears wore worn fend " +
    "fended ward warded stave staved shrug shrugged seal sealed rip ripped log logged sign signed back backs backed pay paid play played drop dropped go goes went gone",
  on:
    "switch switches switched switching turn turns turned turning hold holds held keep keeps kept carry carries carried carrying log logged logging " +
    "call calls called calling pass passes passed passing",
  up:
    "give gives gave given giving pass passes passed break breaks broke broken breaking wind winds wound turn turns turned turning make makes made making " +
    "split splits hang hung own owned slip slipped mess messed cover covers covered covering back backs backed hold holds held wrap wrapped sign signs signed signing",
  away: "do does did done doing take takes took taken taking throw throws threw thrown pass passed give gave given turn turned turning walk walks walked put keep kept stay stayed",
  aside: "set sets setting put puts brush brushes brushed cast wave waved lay laid",
  back:
    "hold holds held holding take takes took taken taking walk walks walked roll rolls rolled rolling scale scales scaled cut cuts cutting push pushes " +
    "pushed pull pulls pulled pay pays paid give gives gave given send sends sent call called win won bring brings brought",
  through: "fall falls fell fallen falling push pushed carry carried",
  over: "pass passes passed passing hand handed take takes took taken gloss glossed",
  short: "fall falls fell fallen falling stop stops stopped stopping cut cuts",
  without: "do does did done doing go goes went gone going",
  in: "give gives gave given log logged opt opts opted lock locks locked cave caved sign signed bring brought",
  apart: "fall falls fell fallen falling take took taken tear tore torn",
};

/** The particles of each form. */
const VERBS = new Map<string, Set<string>>();
for (const [particle, verbs] of Object.entries(BY_PARTICLE)) {
  for (const verb of verbs.split(" ")) {
    const particles = VERBS.get(verb) ?? new Set<string>();
    VERBS.set(verb, particles.add(particle));
  }
}

/** The particles that change what a folded word of English says as a verb; undefined for words of which none does. */
export function particlesOf(word: string): ReadonlySet<string> | undefined {
  return VERBS.get(word);
}
