/** The door of the canned replies: whole lists, and never over what somebody else has saved since. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, type FrontDoor, hire, openFrontDoor, signInAs } from './front-door.ts';

let door: FrontDoor;
let ann: string;
let bob: string;
beforeAll(async () => {
  door = await openFrontDoor({ brands: ['acme'] });
  await hire(door, 'ann', 'owner');
  await hire(door, 'bob');
  [ann, bob] = [await signInAs(door, 'ann'), await signInAs(door, 'bob')];
});
afterAll(() => door.close());

interface Said { status: number; canned?: { id: string; name: string; body: string }[]; tag?: string; error?: { code: string } }
async function knock(cookie: string, body?: object): Promise<Said> {
  const response = await ask(door, '/v1/acme/desk/canned', { method: body ? 'PUT' : 'GET', body, cookie });
  return { status: response.status, ...await response.json() };
}
const HELLO = { id: 'c1', name: 'hello', body: 'Hello {visitor}' };
const BYE = { id: 'c2', name: 'bye', body: 'Good bye' };

test('two who began with the same list: the second is refused as conflict, and what the first saved stands', async () => {
  const { tag } = await knock(ann);
  expect(tag).toEqual(expect.any(String));
  expect((await knock(ann, { canned: [HELLO], tag })).canned).toEqual([HELLO]);
  expect(await knock(bob, { canned: [BYE], tag })).toMatchObject({ status: 409, error: { code: 'conflict' } });
  const now = await knock(bob);
  expect(now.canned).toEqual([HELLO]);
  expect((await knock(bob, { canned: [...now.canned!, BYE], tag: now.tag })).canned).toEqual([BYE, HELLO]);
});

test('the tag is another after each change, and the same after none', async () => {
  const before = await knock(ann);
  expect((await knock(ann, { canned: before.canned, tag: before.tag })).tag).toBe(before.tag);
  const after = await knock(ann, { canned: before.canned!.map((each) => ({ ...each, body: `${each.body}!` })), tag: before.tag });
  expect(after.tag).not.toBe(before.tag);
  expect((await knock(bob)).tag).toBe(after.tag);
});

test('without a tag they are saved as they come, for whoever knows no tag', async () => {
  expect((await knock(bob, { canned: [HELLO] })).canned).toEqual([HELLO]);
  expect((await knock(bob, { canned: [HELLO], tag: 5 })).status).toBe(400);
});
