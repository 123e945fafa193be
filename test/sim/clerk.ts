/** An agent at her inbox: the team's engine with the inbox's face, and a hand that uses it. */
import { openDatabase } from '../../client/database.ts';
import { startTeamSync } from '../../client/team.ts';
import { uuid } from '../../client/uuid.ts';
import type { Act, Engine } from '../../inbox/engine.ts';
import { SUBPROTOCOL } from '../../protocol/limits.ts';
import type { DeskThread } from '../../protocol/messages.ts';
import { row, TO_AGENT } from '../../protocol/to-agent.ts';
import { Device, type Tab } from './device.ts';
import { type SimHouse, URL_OF } from './house.ts';
import type { Ledger } from './ledger.ts';
import { isWhole, textOf } from './talk.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** She types it; then the server has this long to answer. */
const PASSWORD_MS = 2 * SECOND;
const ANSWER_MS = 10 * SECOND;

export interface ClerkTab { tab: Tab; engine: Engine }

export class Clerk {
  readonly name: string;
  readonly brand: string;
  readonly device: Device;
  readonly tabs: ClerkTab[] = [];
  readonly #world: World;
  readonly #ledger: Ledger;
  readonly #house: SimHouse;
  #session: string | undefined;
  #signingIn = false;
  colleagues: string[] = [];

  constructor(world: World, ledger: Ledger, house: SimHouse, name: string, brand: string) {
    this.name = name;
    this.brand = brand;
    this.#world = world;
    this.#ledger = ledger;
    this.#house = house;
    this.device = new Device(world, name);
  }

  open(): void {
    const tab = this.device.open();
    this.#world.after(0, tab.place, 'load', () => this.#start(tab));
  }

  #start(tab: Tab): void {
    const at = `/v1/${this.brand}`;
    const engine: Engine = startTeamSync({
      database: openDatabase(`leaveword-inbox:${this.brand}:${this.name}`), side: 'team', url: `${URL_OF.replace('http', 'ws')}${at}/agent`,
      protocols: async () => {
        const answer = await fetch(`${URL_OF}${at}/desk/ticket`, { method: 'POST', body: JSON.stringify({ session: this.#session }) });
        if (answer.status === 401) this.#signIn();
        if (!answer.ok) throw new Error('no ticket');
        return [SUBPROTOCOL, `t.${(await answer.json() as { ticket: string }).ticket}`];
      },
      post: { url: `${URL_OF}${at}/desk/frames`, type: 'application/json', body: (frames) => JSON.stringify({ session: this.#session, frames }) },
      frames: TO_AGENT, row, onToken: () => this.#signIn(),
    });
    engine.on((happening) => {
      this.#ledger.hear(tab, happening);
      isWhole(this.#world, tab, engine.threads.value);
      // As the inbox does: somebody has emptied this browser, so it begins anew.
      if (happening.type === 'forgotten') this.#world.after(0, tab.place, 'begins anew', () => {
        const at = this.tabs.findIndex((each) => each.engine === engine);
        if (at < 0) return;
        this.tabs.splice(at, 1);
        engine.stop();
        this.#start(tab);
      });
    });
    this.tabs.push({ tab, engine });
    engine.connect();
  }

  drop({ tab }: ClerkTab): void {
    const at = this.tabs.findIndex((each) => each.tab === tab);
    if (at < 0) return;
    this.tabs.splice(at, 1);
    this.#ledger.died(tab);
    tab.die();
  }

  /** Her session is over, or never began: she gives her password, as often as it takes. */
  #signIn(): void {
    if (this.#signingIn) return;
    this.#signingIn = true;
    const world = this.#world;
    const done = (secret?: string) => {
      if (!this.#signingIn) return;
      this.#signingIn = false;
      this.#session = secret ?? this.#session;
      for (const { tab, engine } of this.tabs) world.after(0, tab.place, 'signed in', () => engine.connect());
    };
    world.after(PASSWORD_MS, world.nowhere, 'password', () => {
      const late = world.after(ANSWER_MS, world.nowhere, 'no answer', done);
      this.#house.signIn(this.brand, this.name, (secret) => {
        world.cancel(late);
        done(secret);
      });
    });
  }

  act(dice: () => number, hasty = false): void {
    const one = this.tabs[Math.floor(dice() * this.tabs.length)];
    if (!one) return;
    if (hasty) return void this.#world.after(0, one.tab.place, 'looks', () => this.#look(one));
    this.#world.after(0, one.tab.place, 'works', () => this.#work(one, dice));
  }

  #look({ engine }: ClerkTab): void {
    for (const { row, messages } of engine.threads.value.values()) if (row && messages.length) engine.seen(row.id, messages.at(-1)!.seq);
  }

  #work(one: ClerkTab, dice: () => number): void {
    const { engine } = one;
    const held = [...engine.threads.value.values()].filter(({ row }) => row).sort((a, b) => (a.row!.id < b.row!.id ? -1 : 1));
    const mine = held.filter(({ row }) => row!.agent === this.name && row!.state !== 'ended');
    const from = mine.length && dice() < 0.7 ? mine : held;
    const chosen = from[Math.floor(dice() * from.length)];
    const roll = dice();
    if (!chosen || roll < 0.06) return this.#send(one, { type: 'status', id: uuid(), status: dice() < 0.75 ? 'available' : 'away' });
    const row = chosen.row as DeskThread;
    const thread = row.id;
    const seq = chosen.messages.at(-1)?.seq ?? row.seq;
    const id = uuid();
    if (roll < 0.3) this.#send(one, { type: 'say', id, thread, body: textOf(this.name, this.#ledger.said.size, dice()) });
    else if (roll < 0.48) {
      void engine.older(thread).then(() => {
        const last = engine.threads.value.get(thread)?.messages.at(-1);
        if (last) engine.seen(thread, last.seq);
      });
      engine.mention({ type: 'look', thread });
    } else if (roll < 0.54) this.#send(one, { type: 'take', id, thread });
    else if (roll < 0.62) this.#send(one, { type: 'end', id, thread, seq });
    else if (roll < 0.78) this.#send(one, { type: 'snooze', id, thread, seq, until: this.#until(dice), keep: dice() < 0.6 });
    else if (roll < 0.81) this.#send(one, { type: 'wake', id, thread });
    else if (roll < 0.86) this.#send(one, { type: 'transfer', id, thread, ...(dice() < 0.6 ? { to: this.colleagues[Math.floor(dice() * this.colleagues.length)]! } : {}) });
    else if (roll < 0.91) this.#send(one, { type: 'note', id, thread, body: textOf(this.name, this.#ledger.said.size, dice()) });
    else if (roll < 0.94) this.#send(one, { type: 'tag', id, thread, tags: [`t${Math.floor(dice() * 5)}`] });
    else if (roll < 0.96) this.#send(one, { type: 'reopen', id, thread });
    else if (roll < 0.98) engine.mention({ type: 'typing', thread });
    else this.#mend(one);
  }

  /** Before she goes home: what is hers comes back when she is not there to see it. */
  putAside(dice: () => number): void {
    for (const one of this.tabs.slice(0, 1)) this.#world.after(0, one.tab.place, 'puts aside', () => {
      for (const { row, messages } of one.engine.threads.value.values()) {
        if (row?.agent !== this.name || row.state !== 'assigned') continue;
        const until = Date.now() + Math.ceil(20 * SECOND + dice() * MINUTE);
        this.#send(one, { type: 'snooze', id: uuid(), thread: row.id, seq: messages.at(-1)?.seq ?? row.seq, until, keep: dice() < 0.8 });
      }
    });
  }

  /** Soon, for nobody here waits for tomorrow; and whole seconds, as people say it. By her own clock. */
  #until(dice: () => number): number {
    const ms = dice() < 0.7 ? 2 * SECOND + dice() * 20 * SECOND : dice() * 2 * MINUTE;
    return Math.ceil((Date.now() + ms) / SECOND) * SECOND;
  }

  #send({ tab, engine }: ClerkTab, frame: Act): void {
    const said = this.#ledger.add(tab, this.name, this.brand, frame);
    void engine.send(frame).then(() => { said.kept ||= engine.keeps.value === 'disk'; });
  }

  #mend({ engine }: ClerkTab): void {
    const refused = engine.pending.value.find(({ fate }) => fate === 'refused');
    const said = refused && this.#ledger.said.get(refused.frame.id);
    if (!refused || !said) return;
    this.#world.count('something refused was said anew, or taken back');
    said.excuse ??= 'taken back';
    void engine.discard(refused.frame.id);
  }
}
