/** What people have said and done, and what they were told of it: the product is judged by this, not by what it remembers. */
import type { Device, Tab } from './device.ts';
import type { World } from './world.ts';

export interface Said {
  readonly id: string;
  readonly type: string;
  readonly brand: string;
  readonly by: string;
  readonly tab: Tab;
  readonly device: Device;
  readonly thread: string | undefined;
  readonly body: string | undefined;
  /** The order in which things were said in this world, and when, true time. */
  readonly n: number;
  readonly at: number;
  /** It lay on the device's disk when the promise to keep it was kept. */
  kept: boolean;
  /** What its user was told last. */
  fate: 'queued' | 'sending' | 'sent' | 'failed';
  /** When she was first told that it was sent, true time. */
  ackedAt: number | undefined;
  /** Taken back by its user, or lost with something that she was told would lose it. */
  excuse: string | undefined;
  /** Under how many other ids it was said again by its user. */
  again: number;
}

export class Ledger {
  readonly #world: World;
  readonly said = new Map<string, Said>();
  readonly byBody = new Map<string, Said>();

  constructor(world: World) {
    this.#world = world;
  }

  add(tab: Tab, by: string, brand: string, frame: { type: string; id: string; thread?: string; body?: string }): Said {
    const { type, id, thread, body } = frame;
    const said: Said = {
      id, type, brand, by, tab, device: tab.device, thread, body, n: this.said.size, at: this.#world.now,
      kept: false, fate: 'queued', ackedAt: undefined, excuse: undefined, again: 0,
    };
    this.said.set(id, said);
    if (body !== undefined && !this.byBody.has(body)) this.byBody.set(body, said);
    return said;
  }

  hear(tab: Tab, happening: { type: string; id?: string; fate?: string }): void {
    if (happening.type === 'forgotten') this.excuse(tab.device, 'forgotten on this device');
    if (happening.type !== 'fate') return;
    const said = this.said.get(happening.id!);
    if (!said) return;
    const { fate } = happening;
    if (fate === 'sent' || fate === 'delivered' || fate === 'seen') {
      said.ackedAt ??= this.#world.now;
      said.fate = 'sent';
    } else if (said.fate !== 'sent') said.fate = fate as 'queued' | 'sending' | 'failed';
  }

  /** Whatever of that device has no answer is gone, and whoever has done it was told so, or did it herself. */
  excuse(device: Device, why: string): void {
    for (const said of this.said.values()) if (said.device === device && said.fate !== 'sent') said.excuse ??= why;
  }
  /** What had not reached the disk goes with its page. */
  died(tab: Tab): void {
    for (const said of this.said.values()) {
      if (said.tab === tab && said.fate !== 'sent' && !said.kept) said.excuse ??= 'its page was gone before it was kept';
    }
  }
}
