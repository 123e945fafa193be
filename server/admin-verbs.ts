/** What an operator asks of a house: done by the admin command itself, or by the running server at its word, on every host. */
import type { Id } from '../protocol/messages.ts';
import { SETTINGS, type Settings } from '../protocol/settings.ts';
import { EMAIL, sameEmail } from './doors/email.ts';
import { type Done, type Errand, Problem } from './errand.ts';
import type { Estate, Owner } from './host.ts';
import { MOVES, owned } from './admin-moves.ts';
import { makeInvite } from './doors/invites.ts';
import { DEFAULTS } from './settings.ts';
import { tagOf } from './doors/settings-doors.ts';
import { erase as eraseVisitor, exportOf } from './privacy.ts';

export type Verb = (house: Estate, ...args: string[]) => Promise<string>;

const VERBS: Record<string, Verb> = { 'brand create': createBrand, 'brand list': listBrands, settings, team, invite, 'export-visitor': exportVisitor, erase, ...MOVES };

export async function runErrand(house: Estate, { verb, args }: Errand): Promise<Done> {
  const work = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!work) return { problem: `there is no verb "${verb}"` };
  try {
    return { said: await work(house, ...args) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    if ((error as { errcode?: number }).errcode === SQLITE_FULL) return { problem: 'the disk is full, and nothing was done: make room, and try again' };
    throw error;
  }
}
const SQLITE_FULL = 13;

async function createBrand(house: Estate, id: Id = '', name = '', ...origins: string[]): Promise<string> {
  const settings = { ...DEFAULTS, ...(name ? { name } : {}), origins };
  const problem = SETTINGS(settings);
  if (problem) throw new Problem(problem);
  await house.create(id, settings);
  return `Brand "${id}" is there. Invite its owner next: admin invite ${id} <email> --owner\nIts tag: ${tagOf(house.url, id)}`;
}

async function listBrands(house: Estate): Promise<string> {
  const lines: string[] = [];
  for (const id of await house.brands()) lines.push(await lineOf(house, id));
  return lines.join('\n') || 'no brands yet';
}

async function lineOf(house: Estate, id: Id): Promise<string> {
  try {
    const owner = await house.owner(id);
    return await owner!.run((brand) => {
      if (brand.moving) return `${id}\t${STATES[brand.moving]}`;
      const [{ visitors = 0 } = {}] = brand.host.sql<{ visitors: number }>('SELECT count(*) AS visitors FROM visitor');
      const agents = brand.colleagues().filter((each) => !each.left).length;
      return `${id}\t${brand.settings.name}\t${agents} agents\t${visitors} visitors\t${brand.settings.origins.join(' ') || 'no sites yet'}`;
    });
  } catch (error) {
    if (error instanceof Problem) return `${id}\t${error.message}`;
    throw error;
  }
}

const STATES = { sealed: 'sealed: it was exported, and answers nobody', arriving: 'its import has not been finished, and it answers nobody' };

/** @param some JSON: what shall be other than it is. @returns all of them, as JSON */
async function settings(house: Estate, id: Id = '', some = ''): Promise<string> {
  const owner = await ownerOf(house, id);
  if (some) {
    const part = readPart(some);
    const problem = await owner.run((brand) => {
      const next = { ...brand.settings, ...part };
      const wrong = SETTINGS(next);
      if (!wrong) brand.change(next);
      return wrong;
    });
    if (problem) throw new Problem(problem);
    house.log('settings_changed', { brand: id });
  }
  return JSON.stringify(await owner.run((brand) => brand.settings), null, 2);
}

function readPart(some: string): Partial<Settings> {
  try {
    const part: unknown = JSON.parse(some);
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) return part;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem('write what shall change as JSON, like {"color":"#2f6b4f"}');
}

async function team(house: Estate, id: Id = ''): Promise<string> {
  const owner = await ownerOf(house, id);
  const people = await owner.run((brand) => brand.colleagues().filter((each) => !each.left));
  return people.map(({ email, name, role }) => `${email}\t${name}\t${role}`).join('\n') || 'nobody yet';
}

/** Also to somebody who is of the team already: it is how she gets a new password. */
async function invite(house: Estate, id: Id = '', email = '', role = 'agent'): Promise<string> {
  if (EMAIL(email)) throw new Problem(`"${email}" is not an email address`);
  const { link, due } = await makeInvite(house, await ownerOf(house, id), { email: sameEmail(email), role: role === 'owner' ? 'owner' : 'agent' });
  return `${link}\n(opens once, until ${new Date(due).toISOString().slice(0, 10)})`;
}

async function exportVisitor(house: Estate, id: Id = '', whom = ''): Promise<string> {
  const owner = await ownerOf(house, id);
  const visitor = await visitorOf(owner, whom);
  return JSON.stringify(await owner.run((brand) => exportOf(brand, visitor) ?? {}), null, 2);
}

async function erase(house: Estate, id: Id = '', whom = ''): Promise<string> {
  const owner = await ownerOf(house, id);
  const visitor = await visitorOf(owner, whom);
  await owner.run((brand) => eraseVisitor(brand, visitor));
  house.log('visitor_erased', { brand: id, visitor });
  return `Visitor ${visitor} is erased from "${id}". Copies made before still hold her; a restore will not bring her back.`;
}

/** One that is on the move is left alone: what is written into it now stays behind. */
async function ownerOf(house: Estate, id: Id): Promise<Owner> {
  const owner = await owned(house, id);
  const moving = await owner.run((brand) => brand.moving);
  if (moving) throw new Problem(`"${id}" cannot be changed here now: ${STATES[moving]}`);
  return owner;
}

/** @param whom an id, or the address of one visitor alone: what was typed by several is nobody's proof */
async function visitorOf(owner: Owner, whom: string): Promise<Id> {
  const found = await owner.run((brand) => brand.visitors.search({ id: whom, email: whom }));
  if (found.length === 0) throw new Problem(`there is no visitor "${whom}" in "${owner.id}"`);
  if (found.length === 1) return found[0]!.id;
  const list = found.map(({ id, verified }) => `  ${id}${verified ? ' (verified)' : ''}`).join('\n');
  throw new Problem(`several visitors gave the address "${whom}": name one by its id\n${list}`);
}
