import type { NeutralMessage } from "../../src/index.js";

/** A fact that stands somewhere in a talk, the question that needs it, and what must be among what the model is sent. */
export interface ToldFact {
  messages: NeutralMessage[];
  question: string;
  answer: string;
}

const say = (role: "user" | "assistant", text: string): NeutralMessage => ({ role, parts: [{ kind: "text", text }] });

const call = (id: string, name: string, args: object, result: string): NeutralMessage[] => [
  { role: "assistant", parts: [{ kind: "tool-call", callId: id, text: `${name} ${JSON.stringify(args)}` }] },
  { role: "tool", parts: [{ kind: "tool-result", callId: id, text: result }] },
];

const SERVICES = "billing search mailer catalog gateway ledger scheduler images accounts reports".split(" ");
const CITIES = "Tromsø Porto Gdynia Varna Cork Riga Bari Turku Nantes Split".split(" ");
const PEOPLE =
  "Amara Okoye|Jonas Lind|Priya Nair|Matteo Ricci|Yuki Tanaka|Elif Kaya|Sven Berg|Rosa Ortega|Ivan Petrov|Nora Walsh".split(
    "|",
  );

/** Facts in the results of tools: read from a file, found by a search, printed by a command. */
export const TOOL_RESULTS: readonly ToldFact[] = [
  ...SERVICES.map((service, index): ToldFact => {
    const port = 7100 + 37 * index;
    const config = `name: ${service}\nreplicas: ${(index % 4) + 1}\nport: ${port}\nlog_level: info\nowner: team-${index}\nimage: registry.local/${service}:2.${index}.1`;
    return {
      messages: call(`cfg${index}`, "read_file", { path: `deploy/${service}.yaml` }, config),
      question: `On which port does the ${service} service listen?`,
      answer: String(port),
    };
  }),
  ...CITIES.map((city, index): ToldFact => {
    const hits = [
      `The ${city} warehouse was opened in ${1980 + index} and has ${index + 3} gates.`,
      `Deliveries to ${city} are handled by carrier ${"NKLMPRSTVW"[index]}${index}-Cargo on weekdays.`,
      "Pallets are returned within a month.",
    ];
    return {
      messages: call(`hit${index}`, "search_docs", { query: `${city} deliveries` }, hits.join("\n")),
      question: `Which carrier handles deliveries to ${city}?`,
      answer: `${"NKLMPRSTVW"[index]}${index}-Cargo`,
    };
  }),
  ...PEOPLE.map((person, index): ToldFact => {
    const rows = [`id,name,extension`, `${index},${person},${4200 + 13 * index}`, `${index + 50},Front desk,100`];
    return {
      messages: call(`row${index}`, "query_directory", { name: person }, rows.join("\n")),
      question: `What is the phone extension of ${person}?`,
      answer: String(4200 + 13 * index),
    };
  }),
];

/** Decisions of the user, among the options that the assistant named. */
export const DECISIONS: readonly ToldFact[] = (
  [
    ["the message queue", "RabbitMQ", "NATS", "NATS"],
    ["the test runner", "Jest", "Vitest", "Vitest"],
    ["the colour of the save button", "green", "teal", "teal"],
    ["the date format in exports", "ISO 8601", "day.month.year", "ISO 8601"],
    ["the hosting region", "Frankfurt", "Dublin", "Dublin"],
    ["the font of the report", "Inter", "Source Serif", "Source Serif"],
    ["the retention of audit logs", "90 days", "400 days", "400 days"],
    ["the name of the new module", "harvest", "gleaner", "gleaner"],
    ["the licence of the client library", "MIT", "Apache 2.0", "Apache 2.0"],
    ["the day of the weekly release", "Tuesday", "Thursday", "Tuesday"],
    ["the currency of the invoices", "euros", "Swiss francs", "Swiss francs"],
    ["the primary key type", "UUID", "bigint", "UUID"],
    ["the way of paging", "offset", "cursor", "cursor"],
    ["the caching layer", "Redis", "Memcached", "Memcached"],
    ["the number of shards", "12 shards", "32 shards", "32 shards"],
    ["the login method for partners", "SAML", "magic links", "SAML"],
    ["the format of the avatars", "WebP", "PNG", "WebP"],
    ["the venue of the offsite", "Lake Bled", "Bornholm", "Bornholm"],
    ["the caterer for Friday", "Green Fork", "Casa Lucia", "Casa Lucia"],
    ["the rounding of prices", "half to even", "half up", "half to even"],
    ["the branch strategy", "trunk-based", "git flow", "trunk-based"],
    ["the map provider", "MapLibre", "Leaflet", "MapLibre"],
    ["the error tracker", "Sentry", "GlitchTip", "GlitchTip"],
    ["the package manager", "pnpm", "yarn", "pnpm"],
    ["the paper size of labels", "A6", "4 by 6 inches", "A6"],
    ["the language of the manual", "Spanish", "Portuguese", "Portuguese"],
    ["the model of the barcode scanner", "Zebra DS22", "Datalogic QD25", "Zebra DS22"],
    ["the time of the backup", "02:40", "04:15", "04:15"],
    ["the sender of the newsletter", "news@harbour.example", "crew@harbour.example", "crew@harbour.example"],
    ["the depth of the archive folders", "three levels", "five levels", "three levels"],
  ] as const
).map(([subject, one, other, chosen]) => ({
  messages: [
    say("user", `What are the options for ${subject}?`),
    say(
      "assistant",
      `For ${subject} two come up: one is ${one}, the other is ${other}. Both would do; the first is more common here.`,
    ),
    say("user", `We decided on ${subject}: it is ${chosen}.`),
    say("assistant", "All right, I have made a note of that decision and will stick to it."),
  ],
  question: `What did we decide for ${subject}?`,
  answer: `it is ${chosen}`,
}));

/** What the user stated and later corrected: the newer statement holds. */
export const CORRECTIONS: readonly ToldFact[] = PEOPLE.flatMap((person, index): ToldFact[] => {
  const city = CITIES[index] as string;
  const service = SERVICES[index] as string;
  const corrected = (first: string, later: string, question: string, answer: string): ToldFact => ({
    messages: [
      ...[say("user", first), say("assistant", "Noted.")],
      ...[
        say("user", "Tell me something about seagulls."),
        say("assistant", "Seagulls live near coasts and eat nearly everything, chips included."),
      ],
      ...[say("user", later), say("assistant", "Thank you, I will use that from now on.")],
    ],
    question,
    answer,
  });
  return [
    corrected(
      `The meeting with ${person} is at ${8 + (index % 4)}:15.`,
      `Correction: the meeting with ${person} was moved to ${13 + (index % 4)}:4${index}.`,
      `At what time is the meeting with ${person}?`,
      `${13 + (index % 4)}:4${index}`,
    ),
    corrected(
      `The budget for ${city} is ${1000 + 100 * index} euros.`,
      `I was wrong about ${city}: its budget is ${5050 + 110 * index} euros.`,
      `How large is the budget for ${city}?`,
      String(5050 + 110 * index),
    ),
    corrected(
      `The ${service} service may be restarted any time.`,
      `Do not restart the ${service} service before ${19 + (index % 4)}:3${index}, I was mistaken.`,
      `When may I restart the ${service} service?`,
      `${19 + (index % 4)}:3${index}`,
    ),
  ];
});

/** What the assistant answered, with hardly a word of the question in it, and is asked once more. */
export const ANSWERS: readonly ToldFact[] = PEOPLE.flatMap((person, index): ToldFact[] => {
  const answered = (question: string, answer: string, sentence: string): ToldFact => ({
    messages: [say("user", question), say("assistant", sentence)],
    question,
    answer,
  });
  const city = CITIES[index] as string;
  const service = SERVICES[index] as string;
  return [
    answered(
      `Who stands in for ${person} in August?`,
      `Dagny Holm${index}`,
      `That would be Dagny Holm${index}, as in every summer.`,
    ),
    answered(
      `How much does a parcel to ${city} cost?`,
      `${6 + index}.4${index} euros`,
      `It is ${6 + index}.4${index} euros up to two kilograms.`,
    ),
    answered(
      `Why did the ${service} service stop last night?`,
      `disk ${index + 2} was full`,
      `The log says that disk ${index + 2} was full. I have freed some space.`,
    ),
  ];
});

const TOPICS =
  "canteen menus|parking places|holiday lists|the new printer|bicycle racks|window cleaning|coffee machines|the football cup|the choir|fire drills".split(
    "|",
  );

/** All facts in one talk, small talk between them. */
export function talkOf(facts: readonly ToldFact[]): NeutralMessage[] {
  return [
    say("user", "Help me run the harbour office this week."),
    say("assistant", "Gladly. Tell me what comes up."),
    ...facts.flatMap(({ messages }, index) => {
      const topic = TOPICS[index % TOPICS.length];
      return [
        ...messages,
        say("user", `Tell me about ${topic}, part ${index}.`),
        say(
          "assistant",
          `About ${topic}, part ${index}: it is organised by the office, costs nothing, and everybody can join on Mondays from nine to five if they want to.`,
        ),
      ];
    }),
  ];
}
