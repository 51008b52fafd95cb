/** A kind of sentence whose meaning hangs on small words, and when a part of it says something else. */
export interface MeaningTemplate {
  kind: "negation" | "condition" | "exception" | "bound" | "role" | "unit" | "order" | "question" | "list" | "claim";
  /** The sentence; `{name}` is a word of the list of that name, `{name2}` another one of it. */
  sentence: string;
  /** What is false if it stands without what must go with it: if all of `said` are there, so are all of `needs`. */
  said: readonly string[];
  needs: readonly string[];
}

const t = (kind: MeaningTemplate["kind"], sentence: string, said: string, needs: string): MeaningTemplate => ({
  kind,
  sentence,
  said: said.split("|"),
  needs: needs.split("|"),
});

/** Templates: `said` and `needs` are parted by bars. */
export const TEMPLATES: readonly MeaningTemplate[] = [
  t("negation", "The {thing} does not {act} the {place} on any day of the week.", "{act}", "not"),
  t("negation", "Members may never {act} the {place} in the evening hours.", "{act}", "never"),
  t("negation", "The {thing} in the {place} hasn't been {done} since the winter.", "{done}", "hasn't"),
  t("negation", "No {thing} was {done} during the long visit of the committee.", "{done}", "No"),
  t("negation", "The {person} left the {place} without the {thing} of the owner.", "{thing}", "without"),
  t("negation", "The {person} can <b>not</b> {act} the {place} at night.", "{act}", "not"),
  t("negation", "The {person} hardly {did} the {place} in those years.", "{did}", "hardly"),
  t("negation", "The {person} refused to {act} the {place} of the town.", "{act}", "refused"),
  t("negation", "The {person} failed to {act} the {place} in good time.", "{act}", "failed"),
  t("negation", "It is forbidden to {act} the {place} after the concert.", "{act}", "forbidden"),
  t("condition", "If the {thing} is {done}, the {person} closes the {place}.", "closes", "If"),
  t("condition", "The {person} closes the {place} unless the {thing} is {done}.", "closes", "unless|{done}"),
  t("condition", "The {thing} stays in the {place} until it is {done} by the {person}.", "stays", "until|{done}"),
  t("condition", "The {person} may {act} the {place} provided the {thing} is {done}.", "{act}", "provided|{done}"),
  t("condition", "The {thing} must not leave the {place} while it is being {done}.", "leave", "not|while|{done}"),
  t("exception", "All the rooms but the {place} were {done} in spring.", "{place}", "but"),
  t("exception", "The {person} keeps everything except the {thing} in the {place}.", "{thing}", "except"),
  t("exception", "The fee covers all repairs apart from the {thing} of the {place}.", "{thing}", "apart from"),
  t("exception", "Only the {person} may {act} the {place} of the society.", "{act}", "Only|{person}"),
  t(
    "exception",
    "The price excludes the {thing} and includes the {thing2} for guests.",
    "{thing2}|excludes",
    "includes",
  ),
  t("exception", "Unlike the {thing}, the {thing2} was {done} in the {place}.", "{thing}", "Unlike"),
  t("bound", "The {place} holds at most {number} guests on the day of the feast.", "{number}", "at most"),
  t("bound", "The {place} holds at least {number} guests on the day of the feast.", "{number}", "at least"),
  t("bound", "The {person} sold about {number} tickets for the {place} in May.", "{number}", "about"),
  t("bound", "The {person} sold nearly {number} tickets for the {place} in May.", "{number}", "nearly"),
  t("bound", "More than {number} people came to the {place} with the {person}.", "{number}", "More than"),
  t("bound", "The load on the {thing} must be <= {number} kg in the {place}.", "{number}", "<="),
  t(
    "role",
    "The judges ruled for the {person} and against the {person2} in March.",
    "{person}|{person2}",
    "for|against",
  ),
  t("role", "Neither the {person} nor the {person2} {did} the {place} in June.", "{did}", "Neither|nor"),
  t("role", "The {person}, not the {person2}, pays for the {thing} of the {place}.", "{person2}", "not"),
  t("role", "The {person} asked the {person2} instead of the {person3} for help.", "{person3}", "instead of"),
  t("role", "The class {roman} {thing} is kept in the {place} of the school.", "{roman}", "class"),
  t("unit", "The {thing} weighs {number} kg and stands in the {place} now.", "{number}", "{number} kg"),
  t("unit", "The loan for the {place} costs {number} per cent, says the {person}.", "{number}", "per cent"),
  t("unit", "The walk to the {place} takes {number} minutes from the station.", "{number}", "{number} minutes"),
  t("order", "The {thing} is {done} before the {person} opens the {place}, not after.", "after", "not"),
  t("order", "The {place} came ahead of the tower and behind the {thing} in votes.", "tower|{thing}", "ahead|behind"),
  t("order", "Move the {thing} from the {place} to the {place2} in the spring.", "from|{place}", "to|{place2}"),
  t("question", "Is it true that the {person} {did} the {place} last year?", "{did}", "?"),
  t("question", "Did the {person} {act} the {place} before the feast of the town?", "{act}", "?"),
  t("list", "Forbidden: the {thing}, the {thing2}, and open fire near the {place}.", "{thing}", "Forbidden"),
  t("list", "Contraindications: the {thing}, the {thing2}, and work in the {place}.", "{thing}", "Contraindications"),
  t("claim", "The {person} allegedly {did} the {place} in the first week of May.", "{did}", "allegedly"),
  t("claim", "The rumour that the {person} {did} the {place} is false.", "{did}", "false"),
  t("claim", "The {person} denied that the {thing} had been {done} in the {place}.", "{done}", "denied"),
  t("claim", "The {person} almost {did} the {place} on the first day.", "{did}", "almost"),
  t("claim", "The {place} used to be free for the {person} of the town.", "free", "used to"),
];

/** Words for the places of a template. */
export const WORD_LISTS: Readonly<Record<string, readonly string[]>> = {
  thing: "ladder engine ledger anchor kettle pump wagon carpet mirror barrel statue cable lantern piano".split(" "),
  place: "harbour chapel cellar garden library museum bakery stable theatre quarry orchard tavern".split(" "),
  person: "mayor farmer teacher painter captain nurse baker lawyer gardener sailor violinist tailor".split(" "),
  act: "enter paint measure visit clean repair search flood rent guard".split(" "),
  did: "entered painted measured visited cleaned repaired searched flooded rented guarded".split(" "),
  done: "checked painted measured moved cleaned repaired sold covered weighed signed".split(" "),
  number: "7 12 35 48 60 90 120 250 900 3,400".split(" "),
  roman: "I II III IV V".split(" "),
};
