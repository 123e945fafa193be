/** What goes wrong, one kind after the other, and what happened when it did: a fault that never strikes proves nothing. */
import { hi } from './ghost.ts';
import type { Game } from './game.ts';
import type { Fault } from './plan.ts';
import { seeded } from '../seeded.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;

export function strike(game: Game, { kind, dice, who }: Fault): void {
  const random = seeded(dice);
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const pick = <T>(list: T[]): T | undefined => list[Math.floor(random() * list.length)];
  const { world, net, house, disks } = game;
  const later = (ms: number, what: string, work: () => void) => world.after(ms, world.nowhere, what, work);
  const did = (what: string = kind) => world.count(`fault: ${what}`);
  const drawn = pick(game.people)!;
  const person = who === undefined ? drawn : game.people[who]!;
  const { device } = person;
  const one = pick<{ tab: import('./device.ts').Tab }>(person.tabs);
  const links = [...net.links];

  switch (kind) {
    case 'cut':
      for (const link of links) if (random() < 0.4) { link.cut(); did(); }
      return;
    case 'half open':
      for (const link of links) if (random() < 0.4) { link.dead = true; did(); }
      return;
    case 'ghost': return hi(game, random, did);
    case 'offline':
      device.offline = true;
      did();
      for (const link of links) if (link.tab.device === device) random() < 0.5 ? link.cut() : link.dead = true;
      return void later(between(1, 90) * SECOND, 'online again', () => {
        device.offline = false;
        if (random() < 0.7) for (const tab of device.tabs) tab.tell('online');
      });
    case 'kill': case 'kill in a transaction': case 'kill behind a commit': {
      if (!house.place) return;
      if (kind === 'kill') { house.die(random() < 0.2); did(); }
      else if (kind === 'kill in a transaction') disks.diesAtStatement = between(1, 40);
      else disks.diesBehindCommit = true;
      return void game.startLater(between(1, random() < 0.7 ? 5 : 120) * SECOND);
    }
    case 'commit undone': disks.nextCommit = 'undone'; return;
    case 'write in a burst': disks.failsInBurst = between(1, 3); return;
    case 'write': disks.failsAtWrite = between(1, random() < 0.5 ? 6 : 40); return;
    case 'no sockets':
      device.noSockets = true;
      did();
      for (const link of links) if (link.tab.device === device) link.cut();
      return void later(between(5, 60) * SECOND, 'sockets again', () => { device.noSockets = false; });
    case 'commit unknown': disks.nextCommit = 'unknown'; return;
    case 'disk full': {
      did();
      disks.full = true;
      // Somebody makes room, and it is used up again, before there is enough of it.
      let ms = between(1, 20) * SECOND;
      for (let times = between(0, 6); times >= 0; times--, ms += between(20, 400)) {
        later(ms, 'room again', () => { disks.full = false; });
        if (times) later(ms += between(5, 100), 'full again', () => { disks.full = !game.isCalm; });
      }
      return;
    }
    case 'deploy':
      if (!house.place) return;
      did();
      return house.drain(() => game.startLater(between(1, 8) * SECOND));
    case 'alarm': {
      const brand = pick([...house.brands])!;
      if (random() < 0.5) {
        for (let times = between(1, 3); times > 0; times--) house.run(brand, 'alarm out of turn', (each) => each.wake());
        return did('alarm early or twice');
      }
      const { place } = house;
      if (!place || place.frozen) return;
      place.frozen = true;
      did('alarm late: the server stood still');
      return void later(between(1, 80) * SECOND, 'the server goes on', () => world.thaw(place));
    }
    case 'server clock':
      house.jump(pick([-5, -HOUR / SECOND, 30, HOUR / SECOND])! * SECOND);
      game.clockJumped = true;
      return did();
    case 'device clock':
      device.jump(pick([-5 * SECOND, -HOUR, 20 * SECOND, HOUR, YEAR, -YEAR])!);
      return did();
    case 'wipe':
      for (const shelf of device.shelves.values()) shelf.wipe();
      device.troubled = true;
      game.ledger.excuse(device, 'its storage was emptied');
      return did();
    case 'device disk': device.fails = between(1, 12); device.troubled = true; return did();
    case 'device full':
      device.full = device.troubled = true;
      did();
      return void later(between(1, 60) * SECOND, 'room on the device', () => { device.full = false; });
    case 'device hangs':
      device.hangs = device.troubled = true;
      did();
      return void later(between(1, 20) * SECOND, 'the device goes on', () => { device.hangs = false; });
    case 'close': case 'crash':
      if (!one) return;
      did();
      if (kind === 'close') one.tab.tell('pagehide');
      later(kind === 'close' ? 1 : 0, kind, () => person.drop(one as never));
      return void later(between(0, 40) * SECOND, 'opened again', () => person.open());
    case 'freeze': case 'bfcache': {
      if (!one || one.tab.place.frozen) return;
      if (kind === 'bfcache') one.tab.tell('pagehide');
      did();
      // A page with a transaction that has not ended is not frozen.
      const freeze = (): void => {
        if (!one.tab.place.alive) return;
        if (one.tab.writing) return void later(3, 'freezes soon', freeze);
        one.tab.place.frozen = true;
        later(between(1, 90) * SECOND, 'thaws', () => {
          world.thaw(one.tab.place);
          if (kind === 'bfcache') one.tab.tell('pageshow');
        });
      };
      return void later(20, 'freezes', freeze);
    }
    case 'hide':
      if (!one) return;
      one.tab.show(false);
      did();
      return void later(between(1, 6 * 60) * SECOND, 'looked at', () => one.tab.show(true));
    case 'restore': return game.restore(pick([...house.brands])!, between(1, 20) * SECOND);
    case 'stall': return;
  }
}
