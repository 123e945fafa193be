/** A second connection of somebody's, on which what she said comes once more, late and in another order. */
import type { Game } from './game.ts';
import { ServerSocket } from './line.ts';

const HI = '{"type":"hi","v":1,"rev":0}';

export function hi(game: Game, random: () => number, did: (what: string) => void): void {
  const { world, net, house, ears } = game;
  const process = house.place;
  // Only what has come before can come once more: an order of its own would be somebody else's.
  const all = [...ears.lines.values()].map((line) => ({ ...line, says: line.says.filter((text) => ears.isAcked(text)) })).filter(({ says }) => says.length);
  const one = all[Math.floor(random() * all.length)];
  if (!process || !one) return;
  const says = one.says.slice(-8);
  if (random() < 0.5) says.reverse();
  const socket = new ServerSocket({
    accept: () => {
      [HI, ...says].forEach((text, n) => {
        world.after(5 + n * 3, process, 'ghost', () => socket.tell('message', text, false));
      });
      did('duplicated: a second connection says it all again');
      world.after(4_000, process, 'ghost gone', () => socket.ended());
    },
    refuse: () => undefined, down: () => undefined, ping: () => undefined,
    sendAway: () => world.after(1, process, 'ghost gone', () => socket.ended()),
    cut: () => world.after(1, process, 'ghost gone', () => socket.ended()),
  } as never);
  world.after(0, process, 'ghost', () => net.server.knock(socket, one.url, one.protocols, one.from));
}
