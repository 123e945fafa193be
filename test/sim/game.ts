/** One run: the plan is played, then everything mends, then whoever plays it looks whether all is as it must be. */
import { DEFAULTS } from '../../server/settings.ts';
import { erase } from '../../server/privacy.ts';
import { seeded } from '../seeded.ts';
import { checkAll, snoozesEnd, standsWhereSaid } from './checker.ts';
import { Clerk, type ClerkTab } from './clerk.ts';
import { Disks } from './disk.ts';
import { strike } from './faults.ts';
import { SHOP, SimHouse } from './house.ts';
import { Ledger } from './ledger.ts';
import { Net } from './line.ts';
import { Ears } from './overheard.ts';
import type { Plan } from './plan.ts';
import { Shopper, type ShopperTab } from './shopper.ts';
import type { Stage } from './stage.ts';
import { Broken, World } from './world.ts';

const SECOND = 1_000;
/** When to look: a half-open line is noticed within 45 s, the longest wait to try again is 60 s, and then it has to go through. */
const LOOKS_MS = [12, 30, 60, 100, 150].map((seconds) => seconds * SECOND);
const SOON_MS = 12 * SECOND;
/** How often it is looked at while people act and things break. */
const WATCHES = 4;
/** Between an agent's last act and her going home. */
const LEAVES_MS = 2 * SECOND;
/** Of a full disk, before and after what is due: the alarm may rest for as long again. */
const FULL_MS = 10 * SECOND;
const SNOOZED_MS = 15 * 60 * SECOND;
/** Of a snooze, while the server is up (I10). */
const LATE_MS = 60 * SECOND;

export interface Restored { brand: string; at: number; backedUpAt: number; held: Map<Shopper, Set<string>> }

const lineOf = (one: ShopperTab | ClerkTab) => ('engine' in one ? one.engine : one.visitor.sync.value)?.line.value;

export class Game implements Stage {
  readonly plan: Plan;
  readonly world: World;
  readonly disks = new Disks();
  readonly house: SimHouse;
  readonly net: Net;
  readonly ledger: Ledger;
  readonly shoppers: Shopper[];
  readonly clerks: Clerk[];
  readonly ears: Ears;
  readonly restored: Restored[] = [];
  /** Visitors who were to be erased, and when, true time. */
  readonly erased: { brand: string; visitor: string; shopper: Shopper; at: number; done: boolean }[] = [];
  clockJumped = false;
  isCalm = false;

  constructor(plan: Plan, told = false) {
    this.plan = plan;
    this.world = new World(plan.seed, told);
    this.house = new SimHouse(this.world, this.disks, plan.brands);
    this.net = this.house.net = new Net(this.world, this.house, { ...plan.weather });
    this.ledger = new Ledger(this.world);
    this.shoppers = plan.shoppers.map(({ brand, skew }, n) => {
      const shopper = new Shopper(this.world, this.ledger, `v${n}`, plan.brands[brand]!);
      shopper.device.skew = skew;
      return shopper;
    });
    this.clerks = plan.clerks.map(({ brand, skew }, n) => {
      const clerk = new Clerk(this.world, this.ledger, this.house, `a${n}`, plan.brands[brand]!);
      clerk.device.skew = skew;
      return clerk;
    });
    for (const clerk of this.clerks) clerk.colleagues = this.clerks.filter(({ brand }) => brand === clerk.brand).map(({ name }) => name);
    this.ears = new Ears(this.world, this.ledger, this.net);
  }

  get people(): (Shopper | Clerk)[] {
    return [...this.shoppers, ...this.clerks];
  }

  /** Everything up to where all should be well. */
  play(): void {
    const { world, plan, house } = this;
    house.start();
    for (const brand of plan.brands) {
      const settings = { ...DEFAULTS, name: brand, origins: [SHOP], desk: { ...DEFAULTS.desk, slots: plan.slots, absentMinutes: 1 } };
      house.found(brand, settings, this.clerks.filter((each) => each.brand === brand).map(({ name }) => ({ id: name, name })));
    }
    world.until(world.now + 100);
    [...plan.shoppers, ...plan.clerks].forEach(({ tabs }, who) => {
      if (!plan.absent.includes(who)) for (let tab = 0; tab < tabs; tab++) this.people[who]!.open();
    });
    const begin = world.now;
    for (const { at, who, dice, hasty } of plan.steps) world.after(at, world.nowhere, 'step', () => this.people[who]!.act(seeded(dice), hasty));
    for (const fault of plan.faults) world.after(fault.at, world.nowhere, fault.kind, () => { if (!this.isCalm) strike(this, fault); });
    if (plan.faults.some(({ kind }) => kind === 'restore')) for (const brand of plan.brands) world.after(plan.lasts / 4, world.nowhere, 'backup', () => house.backUp(brand));
    if (plan.seed % 5 === 0) world.after(plan.lasts * 0.7, world.nowhere, 'erase', () => this.#erase());
    if (plan.leaves) for (const clerk of this.clerks) world.after(plan.lasts - LEAVES_MS, world.nowhere, 'step', () => clerk.putAside(seeded(plan.seed)));
    for (let part = 1; part <= WATCHES; part++) {
      world.until(begin + Math.floor(plan.lasts * part / WATCHES));
      standsWhereSaid(this);
    }
    this.#mend();
    if (plan.leaves && plan.seed % 2) this.#night();
    this.#calmDown();
    if (plan.seed % 3) return;
    // And what lies on the disks is as good: everybody closes everything, and opens one page.
    for (const person of this.people) {
      const tabs = [...person.tabs];
      for (const one of tabs) person.drop(one as never);
      if (tabs.length) person.open();
    }
    this.#calmDown();
  }

  /** As soon as all is well it is over; what is not well after that long will not be. */
  #calmDown(): void {
    const { world } = this;
    const calm = world.now;
    for (const ms of LOOKS_MS) {
      // A line that was too slow to greet in time, or one too many, is tried again when somebody looks (X3).
      for (const person of this.people) for (const { tab } of person.tabs.filter((one) => one.tab.sentAway && lineOf(one) === 'off')) tab.show(true);
      world.until(Math.max(calm + ms, world.now + SOON_MS, Math.min(this.#lastSnooze() + LATE_MS, calm + SNOOZED_MS)));
      if (this.#isWell()) break;
    }
  }

  /** Nobody is there, the server begins anew, and the disk may be full for a while: nothing but the clock brings back what is aside. */
  #night(): void {
    const { world, house, disks, plan } = this;
    world.until(world.now + SOON_MS);
    for (const person of this.people) for (const one of [...person.tabs]) person.drop(one as never);
    house.die(true);
    house.start();
    const due = Math.min(this.#lastSnooze(), world.now + SNOOZED_MS);
    if (plan.seed % 4 === 1 && due > world.now) {
      world.until(Math.max(world.now, due - FULL_MS));
      disks.full = true;
      world.until(due + FULL_MS);
      disks.full = false;
    }
    world.until(Math.max(world.now, due + LATE_MS));
    if (due > 0) world.count('a night in which nobody was there');
    for (const brand of plan.brands) snoozesEnd(this, brand, (rule, text) => world.fail(rule, text));
    for (const [who, person] of this.people.entries()) if (!plan.absent.includes(who) && !(person instanceof Clerk)) person.open();
  }

  /** When the last that is aside comes back, true time. */
  #lastSnooze(): number {
    const due = this.plan.brands.map((brand) => this.disks.rows(this.house.fileOf(brand), "SELECT max(due) AS due FROM job WHERE kind = 'snooze'")[0]!['due']);
    return Math.max(...due.map(Number)) - this.house.skew;
  }
  #isWell(): boolean {
    try {
      checkAll(this);
      return true;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.world.broken = undefined;
      return false;
    }
  }

  /** Nothing breaks any more, and everybody is there and looks. */
  #mend(): void {
    this.isCalm = true;
    const { world, disks, house, net } = this;
    Object.assign(net.weather, { stall: 0, lost: 0, missed: 0 });
    Object.assign(disks, { nextCommit: undefined, full: false, diesAtStatement: 0, diesBehindCommit: false, failsInBurst: 0, failsAtWrite: 0 });
    if (house.place?.frozen) world.thaw(house.place);
    house.start();
    for (const [who, person] of this.people.entries()) {
      if (this.plan.absent.includes(who)) continue;
      const { device } = person;
      Object.assign(device, { fails: 0, full: false, hangs: false, offline: false, noSockets: false });
      for (const tab of device.tabs) {
        if (tab.place.frozen) {
          world.thaw(tab.place);
          tab.tell('pageshow');
          tab.show(true); // it may have been hidden while it could not hear of it
        } else if (tab.document.hidden) tab.show(true);
      }
      if (this.plan.leaves && person instanceof Clerk) for (const one of [...person.tabs]) person.drop(one);
      else if (!person.tabs.length && !device.tabs.size) person.open();
    }
  }

  startLater(ms: number): void {
    this.world.after(ms, this.world.nowhere, 'start', () => this.house.start());
  }

  /** The server stands still, an old copy is put in the place of its file, and it goes on. */
  restore(brand: string, ms: number): void {
    const { house, world } = this;
    const backedUpAt = house.backedUpAt(brand);
    if (backedUpAt === undefined) return;
    house.die(false);
    world.after(ms / 2, world.nowhere, 'restore', () => {
      const held = new Map(this.shoppers.filter((each) => each.brand === brand).map((each) => [each, each.held()]));
      if (!house.restore(brand)) return;
      this.restored.push({ brand, at: world.now, backedUpAt, held });
      world.count('fault: restore of an old backup');
    });
    this.startLater(ms);
  }

  #erase(): void {
    const shopper = this.shoppers[this.plan.seed % this.shoppers.length]!;
    const visitor = shopper.id();
    if (!visitor) return;
    const erased = { brand: shopper.brand, visitor, shopper, at: this.world.now, done: false };
    this.erased.push(erased);
    this.house.run(shopper.brand, 'erase', (brand) => {
      if (!brand.visitors.exists(visitor)) return false;
      erase(brand, visitor);
      return true;
    }, (done) => {
      erased.done = !!done;
      if (done) this.world.count('a visitor was erased');
    });
  }

  /** Who is erased as far as anybody was told, and who may be: the process may have died before it could say so. */
  erasedFrom(brand: string): { visitor: string; shopper: Shopper; at: number; done: boolean }[] {
    return this.erased.filter((each) => each.brand === brand
      && (each.done || this.disks.rows(this.house.fileOf(brand), 'SELECT 1 FROM erased WHERE hash = ?', each.visitor).length > 0));
  }
}
