/** Puts the page together: one watch over the state, and the views that show it. */

import { letAdd } from "./adding.js";
import { readSamples } from "./api.js";
import { CallersView } from "./callers.js";
import { ClockView } from "./clock.js";
import { byId, show, write } from "./dom.js";
import { FaultsView } from "./faults.js";
import { Names, typo } from "./french.js";
import { GuideView } from "./guide.js";
import { LogView } from "./log.js";
import { ActivityView, WarningsView } from "./news.js";
import { Watch } from "./state.js";
import { TeamView } from "./team.js";
import { Voice } from "./voice.js";

const GONE = typo("La répétition ne répond plus : est-elle arrêtée ? Cette page reprendra d’elle-même.");

let state = { phones: [], line: "" };
const lines = document.getElementById("line-choice"); // only where there are several
let names = new Names([]);
const voice = new Voice();
const kit = {
  voice,
  samples: await readSamples().catch(() => []),
  names: () => names,
  line: () => lines?.value ?? state.line,
  soon: () => watch.soon(),
};
const clock = new ClockView(kit.soon);
const views = [
  clock,
  new ActivityView(),
  new GuideView({ jump: (wish) => clock.jump(wish) }),
  new WarningsView(),
  new CallersView(kit),
  new TeamView(kit),
  new LogView(kit),
  new FaultsView(kit.soon),
];
const watch = new Watch({
  onState: (fresh) => {
    state = fresh;
    const ours = [...(lines?.options ?? [])].map(({ value, text }) => ({ number: value, label: text }));
    names = new Names([...fresh.phones, { number: fresh.line, label: "la ligne" }, ...ours]);
    for (const view of views) view.update(fresh);
    voice.ring(fresh.phones.some((phone) => phone.state === "ringing"));
  },
  onLost: () => {
    voice.ring(false);
    write(byId("lost"), GONE);
    show(byId("lost"), true);
  },
  onFound: () => show(byId("lost"), false),
});

letAdd(kit.soon);
byId("sound-voice").addEventListener("change", ({ target }) => voice.setVoice(target.checked));
byId("sound-bell").addEventListener("change", ({ target }) => voice.setBell(target.checked));
voice.watchVoices((french) => show(byId("no-voice"), !french));
watch.soon();
