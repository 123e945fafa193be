/** A visitor with her device: the widget's own `openVisitor` in each of her tabs, and a hand that uses it. */
import type { Seat } from '../../widget/seat.ts';
import { openVisitor, type Said as Frame, type Visitor } from '../../widget/visitor.ts';
import { uuid } from '../../client/uuid.ts';
import { here } from '../../widget/page.ts';
import { Device, type Tab } from './device.ts';
import { URL_OF } from './house.ts';
import type { Ledger } from './ledger.ts';
import { stage } from './stage.ts';
import { isWhole, textOf } from './talk.ts';
import type { World } from './world.ts';

/** Besides the first: three an hour are welcome. */
const THREADS_MOST = 1;

export interface ShopperTab { tab: Tab; visitor: Visitor }

export class Shopper {
  readonly name: string;
  readonly brand: string;
  readonly device: Device;
  readonly tabs: ShopperTab[] = [];
  readonly #world: World;
  readonly #ledger: Ledger;
  #begun = 0;

  constructor(world: World, ledger: Ledger, name: string, brand: string) {
    this.name = name;
    this.brand = brand;
    this.#world = world;
    this.#ledger = ledger;
    this.device = new Device(world, name);
  }

  open(): void {
    const tab = this.device.open();
    this.#world.after(0, tab.place, 'load', () => {
      const known = (indexedDB.databases() as Promise<{ name: string }[]>).then((all) => all.some(({ name }) => name === `leaveword:${this.brand}`));
      const seat = { brand: this.brand, server: `${URL_OF}/`, lang: 'en', known } as Seat;
      const visitor = openVisitor(seat, (happening) => {
        this.#ledger.hear(tab, happening);
        isWhole(this.#world, tab, visitor.sync.value?.threads.value);
      });
      this.tabs.push({ tab, visitor });
    });
  }

  /** What the server calls her, as far as her tabs know. */
  id(): string | undefined {
    return this.tabs.map(({ visitor }) => visitor.sync.value?.me.value?.id).find(Boolean);
  }

  /** The ids of her own messages that lie on her device's disk. */
  held(): Set<string> {
    const rows = [...this.device.shelves.values()].flatMap(({ data }) => [...data].filter(([key]) => key.startsWith('row:message:')).map(([, value]) => value as { id: string; by: string }));
    return new Set(rows.filter(({ by }) => by === 'visitor').map(({ id }) => id));
  }

  /** Without a word to anybody. */
  drop({ tab }: ShopperTab): void {
    const at = this.tabs.findIndex((each) => each.tab === tab);
    if (at < 0) return;
    this.tabs.splice(at, 1);
    this.#ledger.died(tab);
    tab.die();
  }

  /** One thing she does, in one of her tabs. */
  act(dice: () => number, hasty = false): void {
    const one = this.tabs[Math.floor(dice() * this.tabs.length)];
    if (!one) return;
    const roll = dice();
    if (hasty) this.#do(one, 'writes in haste', () => this.#say(one, dice, 2 + Math.floor(roll * 4)));
    else if (roll < 0.5) this.#do(one, 'writes', () => this.#say(one, dice, 1));
    else if (roll < 0.58) this.#do(one, 'writes much', () => this.#say(one, dice, 2 + Math.floor(dice() * (this.tabs.length > 1 ? 22 : 11))));
    else if (roll < 0.7) this.#do(one, 'reads', () => this.#see(one));
    else if (roll < 0.75) this.#do(one, 'types', () => one.visitor.sync.value?.mention({ type: 'typing', thread: this.#thread(one, 0) } as { type: string; thread: string }));
    else if (roll < 0.8) this.#do(one, 'opens the panel', () => void one.visitor.greet());
    else if (roll < 0.84) this.#do(one, 'says her name', () => this.#send(one, { type: 'label', id: uuid(), name: `Ada ${Math.floor(dice() * 100)}` }));
    else if (roll < 0.87) this.#do(one, 'reports', () => this.#send(one, { type: 'track', id: uuid(), name: 'basket', data: { items: Math.floor(dice() * 9) } }));
    else if (roll < 0.9) this.#do(one, 'looks back', () => { void one.visitor.sync.value?.older(this.#thread(one, 0)); });
    else if (roll < 0.93) this.#do(one, 'rates', () => this.#rate(one, dice));
    else if (roll < 0.97) this.#do(one, 'tries again', () => this.#mend(one, dice));
    else one.tab.show(one.tab.document.hidden);
  }

  #do({ tab }: ShopperTab, what: string, work: () => void): void {
    this.#world.after(0, tab.place, what, work);
  }

  /** As the panel chooses it: the newest, or the one of what waits, or a new one. */
  #thread({ visitor }: ShopperTab, roll: number): string {
    const sync = visitor.sync.value;
    if (!sync || (roll > 0.96 && this.#begun++ < THREADS_MOST)) return uuid();
    const threads = [...sync.threads.value.values()].filter(({ row }) => row).sort((a, b) => b.row!.at - a.row!.at);
    const said = sync.pending.value.find(({ frame }) => frame.type === 'say');
    return threads[0]?.row?.id ?? (said?.frame as { thread?: string } | undefined)?.thread ?? uuid();
  }

  #say(one: ShopperTab, dice: () => number, times: number): void {
    const rolls = Array.from({ length: times }, () => [dice(), dice()] as const);
    void one.visitor.enter().then(() => {
      for (const [thread, length] of rolls) {
        const n = this.#ledger.said.size;
        this.#send(one, { type: 'say', id: uuid(), thread: this.#thread(one, thread), body: textOf(this.name, n, length), page: here() });
      }
    });
  }

  #send(one: ShopperTab, frame: Frame): void {
    const sync = one.visitor.sync.value;
    if (!sync) return;
    const said = this.#ledger.add(one.tab, this.name, this.brand, frame);
    void sync.send(frame).then(() => { said.kept ||= sync.keeps.value === 'disk'; });
  }

  #see({ visitor }: ShopperTab): void {
    const sync = visitor.sync.value;
    for (const { row, messages } of sync?.threads.value.values() ?? []) if (row && messages.length) sync!.seen(row.id, messages.at(-1)!.seq);
  }

  #rate(one: ShopperTab, dice: () => number): void {
    const asked = [...one.visitor.sync.value?.threads.value.values() ?? []].find(({ row }) => row?.survey)?.row;
    if (asked) this.#send(one, { type: 'rate', id: uuid(), thread: asked.id, episode: asked.survey!.episode, score: 1 + Math.floor(dice() * 5) as 1 });
  }

  /** What was refused is said anew, or taken back. */
  #mend({ visitor }: ShopperTab, dice: () => number): void {
    const sync = visitor.sync.value;
    const refused = sync?.pending.value.find(({ fate }) => fate === 'refused');
    if (!refused) return;
    const said = this.#ledger.said.get(refused.frame.id) ?? this.#ledger.byBody.get((refused.frame as { body?: string }).body ?? '');
    if (!said) return;
    stage().world.count('something refused was said anew, or taken back');
    said.excuse ??= 'taken back';
    const first = this.#ledger.byBody.get(said.body ?? '');
    if (first) first.again++;
    if (dice() < 0.6) void sync!.retry(refused.frame.id);
    else void sync!.discard(refused.frame.id);
  }
}
