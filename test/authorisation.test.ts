/**
 * A09, generated: every door of `doors.ts` and every frame that is read, as everybody who should not. A new door or frame is
 * in it by being declared, and does not start undeclared; one that takes something this file has no example of fails by name.
 */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Hono } from 'hono';
import { createApp, requireDoors } from '../server/app.ts';
import type { Door } from '../server/doors/door.ts';
import { doors } from '../server/doors/doors.ts';
import { AGENT_FRAMES, type FrameRule, requireFrameRules, VISITOR_FRAMES } from '../server/doors/frame-rules.ts';
import { DEFAULTS } from '../server/settings.ts';
import { type Everybody, gatherEverybody, READ, type Sample, SAMPLES, SECRET } from './everybody.ts';
import { ask, type Asked, askAsShop, knockOnLine, newToken, PASSWORD, SHOP, URL_OF_HOUSE } from './front-door.ts';

vi.setConfig({ testTimeout: 60_000 });

let all: Everybody;
beforeAll(async () => {
  all = await gatherEverybody();
});
afterAll(() => all.door.close());

const TABLE = doors();
const RULES: Record<'visitor' | 'agent', Record<string, FrameRule>> = { visitor: VISITOR_FRAMES, agent: AGENT_FRAMES };
const named = (list: Door[]) => list.map((each) => [`${each.method} ${each.path}`, each] as const);
const wantsSession = ({ side, principal }: Door) => side === 'desk' && principal !== 'none';

/** What each door would take, by the end of its path. */
const BODIES: Record<string, object> = {
  frames: { frames: [] }, profile: { name: 'Bob' }, password: { old: 'wrong', new: 'a long enough one' }, settings: { ...DEFAULTS, origins: [SHOP] },
  invites: { email: 'new@acme.example', role: 'agent' }, slots: { slots: 3 }, canned: { canned: [] }, keys: { alg: 'HS256' },
};
const endOf = ({ path }: Door) => path.split('/').at(-1)!;
const bodyOf = (each: Door) => (each.method === 'GET' ? undefined : each.body ? BODIES[endOf(each)] : {});
const NAMES: Record<string, 'colleague' | 'invitation' | 'key'> = { 'agents/:id': 'colleague', 'invites/:email': 'invitation', 'keys/:id': 'key' };

function addressOf({ path, grasp }: Door, thing = 'nobody', brand = 'acme'): string {
  return path.replace(':brand', brand).replace(/:(id|email)/, encodeURIComponent(grasp === 'file' ? 'x' : thing)).replace(':file', 'main-ABCDEF12.js').replace('/*', '/all');
}
const knock = async (each: Door, asked: Asked = {}, thing?: string, brand?: string) => {
  const response = await ask(all.door, addressOf(each, thing, brand), { method: each.method, body: bodyOf(each), address: all.elsewhere(), ...asked });
  return `${response.status} ${await response.text()}`;
};
/** Does it, and says what it left behind: nothing, in either brand. */
async function leavesNothing(work: () => Promise<void>): Promise<void> {
  const before = [await all.rows('acme'), await all.rows('other')];
  await work();
  expect([await all.rows('acme'), await all.rows('other')]).toEqual(before);
}

describe('A09 what does not say who may do it does not start', () => {
  const [first] = TABLE.filter((each) => wantsSession(each)) as [Door];
  test.each([
    ['whose brand', { brand: undefined }, /whose brand/], ['what it lays hands on', { grasp: undefined }, /lays hands on/], ['how often', { rate: undefined }, /how often/],
    ['how often, but a file', { rate: 'free' }, /how often/], ['who', { principal: undefined }, /asks for a session/],
    ['what opens it to anybody', { principal: 'none' }, /lets in anybody/],
    ['what, though it names something', { path: '/v1/:brand/desk/things/:id', grasp: 'self' }, /lays hands on/],
  ] as const)('a door that does not say %s', (_name, missing, problem) => {
    expect(() => requireDoors(new Hono(), [{ ...first, ...missing } as Door])).toThrow(problem);
  });
  test('who may come in is written down here again, so that it is changed twice and on purpose', () => {
    const ofThe = (principal: Door['principal']) => TABLE.filter((each) => each.principal === principal && each.side !== 'site').map(({ method, path }) => `${method} ${path.replace('/v1/:brand/', '')}`);
    expect(ofThe('none')).toEqual(['GET card', 'POST desk/sign-in', 'POST desk/invited', 'POST desk/join']);
    expect(ofThe('visitor')).toEqual(['GET visitor', 'POST frames', 'POST identify']);
    expect(ofThe('owner')).toEqual([
      'PUT desk/settings', 'POST desk/invites', 'DELETE desk/invites/:email', 'DELETE desk/agents/:id', 'GET desk/ledger', 'GET desk/keys', 'POST desk/keys', 'DELETE desk/keys/:id',
    ]);
  });
  test('a frame that is read and not declared; those that are declared are read', () => {
    expect(() => requireFrameRules({ ...READ.visitor, export: () => undefined })).toThrow('the frame "export" of a visitor does not say what it lays hands on');
    expect(() => requireFrameRules(undefined, { ...READ.agent, toString: () => undefined })).toThrow('"toString" of an agent');
    expect(() => createApp(all.door.house)).not.toThrow();
    for (const speaker of ['visitor', 'agent'] as const) expect(Object.keys(RULES[speaker]).sort()).toEqual(Object.keys(READ[speaker]).sort());
  });
  test('every door that takes a body, and every frame, has an example here', () => {
    expect(TABLE.filter((each) => wantsSession(each) && each.body && !BODIES[endOf(each)]).map(({ path }) => path)).toEqual([]);
    expect(TABLE.filter(({ path, side }) => side === 'desk' && path.includes(':') && /:(id|email)/.test(path) && !thingIn(path)).map(({ path }) => path)).toEqual([]);
    for (const speaker of ['visitor', 'agent'] as const) {
      for (const [type, { grasps }] of Object.entries(RULES[speaker])) for (const field of ['', ...Object.keys(grasps)]) expect(samplesWith(speaker, type, field), `${type} ${field}`).not.toEqual([]);
    }
  });
});
const thingIn = (path: string) => Object.entries(NAMES).find(([part]) => path.includes(part))?.[1];
const samplesWith = (speaker: 'visitor' | 'agent', type: string, field = ''): Sample[] =>
  SAMPLES[speaker].filter((each) => each.type === type && (field === '' || field in each || field === 'who' || field === 'to'));

describe('A09 a door of the desk', () => {
  test.each(named(TABLE.filter(wantsSession)))('%s says the same 401 to everybody who is not of the team, and does nothing', (_name, each) => leavesNothing(async () => {
    const answers = new Map<string, string>();
    const { owner: _, agent: __, ...strangers } = all.cookies;
    for (const [who, cookie] of [['nobody', undefined], ...Object.entries(strangers)] as const) answers.set(who, await knock(each, { cookie }, all.things.acme[each.grasp as 'key']));
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries([...answers.keys()].map((who) => [who, '401 {"error":{"code":"unauthorized","reason":"sign in first"}}'])));
    expect(answers.size).toBe(7);
  }));
  test.each(named(TABLE.filter(({ principal }) => principal === 'owner')))('%s is an owner\'s: an agent gets 403, and does nothing', (_name, each) => leavesNothing(async () => {
    expect(await knock(each, { cookie: all.cookies.agent }, all.things.acme[each.grasp as 'key'])).toBe('403 {"error":{"code":"forbidden","reason":"only an owner may do this"}}');
  }));
  test('POST /v1/:brand/desk/agents/:id/slots is of her own for an agent: of a colleague she gets 403', () => leavesNothing(async () => {
    const slots = TABLE.find(({ path }) => path.endsWith('/slots'))!;
    expect(await knock(slots, { cookie: all.cookies.agent }, 'ann')).toMatch(/^403 /);
  }));
  test.each(named(TABLE.filter(({ path }) => thingIn(path))))('%s finds nothing of another brand\'s: the same 404 as for what never was', (_name, each) => leavesNothing(async () => {
    const theirs = await knock(each, { cookie: all.cookies.owner }, all.things.other[thingIn(each.path)!]);
    expect(theirs).toMatch(/^404 /);
    expect(await knock(each, { cookie: all.cookies.owner }, 'never-was')).toBe(theirs);
  }));
  test.each(named(TABLE.filter(({ brand }) => brand === 'path')))('%s says the same 404 for a brand that is not there, to whomever', async (_name, each) => {
    const answers = new Set<string>();
    for (const cookie of [undefined, all.cookies.owner]) answers.add(await knock(each, { cookie }, undefined, 'nobody'));
    expect([...answers]).toEqual(['404 {"error":{"code":"not_found","reason":"there is nothing here"}}']);
  });
});

/** What is handed over in the body instead of a session, right and wrong. Each door that opens something by it is in here. */
const SECRETS: Record<string, (secret: 'unknown' | 'other brand' | 'used' | 'late') => object | undefined> = {
  'sign-in': (which) => ({ unknown: { email: 'x@x.example', password: PASSWORD }, 'other brand': { email: 'olga@acme.example', password: PASSWORD }, used: { email: 'dan@acme.example', password: PASSWORD }, late: undefined })[which],
  invited: (which) => ({ code: which === 'unknown' ? newToken() : all.codes[which] }),
  join: (which) => ({ code: which === 'unknown' ? newToken() : all.codes[which], name: 'Mallory', password: PASSWORD }),
  identify: (which) => ({ token: newToken(), jwt: which === 'unknown' ? 'not.a.token' : signed(which === 'other brand' ? {} : { exp: 1 }) }),
};
function signed(changes: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = all.door.clock.now / 1_000;
  const text = `${part({ alg: 'HS256', kid: all.otherKey.id })}.${part({ sub: 'u', aud: 'acme', iat: now, exp: now + 60, ...changes })}`;
  return `${text}.${createHmac('sha256', all.otherKey.secret).update(text).digest('base64url')}`;
}

describe('A09 a door that a secret opens', () => {
  test.each(named(TABLE.filter(({ grasp }) => grasp === 'secret')))('%s answers another brand\'s, a used and an old one like one that never was, and does nothing', (_name, each) => leavesNothing(async () => {
    const secretOf = SECRETS[endOf(each)];
    expect(secretOf, 'an example in SECRETS').toBeDefined();
    const answers = new Set<string>();
    for (const which of ['unknown', 'other brand', 'used', 'late'] as const) {
      const body = secretOf!(which);
      if (body) answers.add(await knock(each, { body, ...(each.side === 'shop' ? { origin: SHOP, headers: { 'content-type': 'text/plain' } } : {}) }));
    }
    expect([...answers], 'one answer').toHaveLength(1);
    expect([...answers][0]).toMatch(/^40[14] /);
  }));
  test.each(named(TABLE.filter(({ side, method }) => side === 'shop' && method !== 'GET')))('%s is shut from a page that is not on the brand\'s list', (_name, each) => leavesNothing(async () => {
    for (const origin of ['https://evil.example', null, `${SHOP}.evil.example`]) {
      expect(await knock(each, { origin, body: { token: all.tokens.vera, frames: [], jwt: '' }, headers: { 'content-type': 'text/plain' } })).toMatch(/^403 /);
    }
  }));
});

describe('A09 a line', () => {
  const open = (each: Door, secret: string, cookie = '', origin = each.principal === 'agent' ? URL_OF_HOUSE : SHOP) =>
    knockOnLine(all.door, addressOf(each), { origin, ...(cookie ? { cookie } : {}), 'sec-websocket-protocol': `chat.v1, t.${secret}` }, all.elsewhere());
  const ticketOf = async (cookie: string, brand = 'acme') => ((await (await ask(all.door, `/v1/${brand}/desk/ticket`, { body: {}, cookie, address: all.elsewhere() })).json()) as { ticket: string }).ticket;

  test.each(named(TABLE.filter(({ side, principal }) => side === 'line' && principal === 'agent')))('%s opens for a fresh ticket alone; whatever else it is shown, 401', async (_name, each) => {
    const used = await ticketOf(all.cookies.owner);
    expect(await open(each, used)).toMatchObject({ status: 101, who: { agent: 'ann' } });
    expect(await open(each, used, all.cookies.owner)).toEqual({ status: 401, code: 'unauthorized' });
    const late = await ticketOf(all.cookies.owner);
    await all.later(31_000);
    const wrong = {
      late, 'other brand': await ticketOf(all.cookies['other brand'], 'other'), session: all.cookies.owner.split('=')[1]!, visitor: all.tokens.vera, unknown: newToken(), empty: '', invitation: all.codes.fresh,
    };
    for (const [what, secret] of Object.entries(wrong)) expect([what, await open(each, secret, all.cookies.owner)]).toEqual([what, { status: 401, code: 'unauthorized' }]);
    expect(await open(each, await ticketOf(all.cookies.owner), all.cookies.owner, SHOP)).toMatchObject({ status: 403 });
  });
  test.each(named(TABLE.filter(({ side, principal }) => side === 'line' && principal === 'visitor')))('%s opens for a token from the brand\'s own pages, and as nobody else than its holder', async (_name, each) => {
    const idOf = async (token: string) => ((await open(each, token)).who as { visitor: string }).visitor;
    expect(await idOf(all.tokens.vera)).toBe(all.things.acme.visitor);
    for (const token of [all.tokens.otto, all.tokens.eve, all.tokens.stranger, all.codes.fresh]) expect(await idOf(token)).not.toBe(all.things.acme.visitor);
    expect(await open(each, 'x')).toMatchObject({ status: 401 });
    expect(await open(each, all.tokens.vera, '', 'https://evil.example')).toMatchObject({ status: 403 });
  });
});

interface Answered { type: string; code?: string; id?: string }
async function sayAs(speaker: 'visitor' | 'agent', secret: string | undefined, frames: object[], brand = 'acme'): Promise<{ status: number; text: string; answers: Answered[] }> {
  const response = speaker === 'visitor'
    ? await askAsShop(all.door, `/v1/${brand}/frames`, { token: secret, frames }, { address: all.elsewhere() })
    : await ask(all.door, `/v1/${brand}/desk/frames`, { body: { frames }, cookie: secret, address: all.elsewhere() });
  const text = await response.text();
  return { status: response.status, text, answers: response.ok ? (JSON.parse(text) as { frames: Answered[] }).frames : [] };
}
const fresh = (sample: Sample): Sample => (sample['id'] === undefined ? sample : { ...sample, id: newToken().slice(0, 30) });
const typesOf = (speaker: 'visitor' | 'agent') => Object.keys(RULES[speaker]).map((type) => [type] as const);
/** That are named by nobody but whoever asks for them by their whole name: an answer that repeats the question shows nothing. */
const without = (text: string, sample: Sample) => Object.values(sample).reduce<string>((left, value) => (typeof value === 'string' ? left.replaceAll(value, '') : left), text);

describe('A09 a visitor\'s frame', () => {
  test.each(typesOf('visitor'))('%s touches nothing of Vera\'s, and shows nothing of it, whoever else says it', async (type) => {
    await all.later(5 * 60_000);
    const { grasps } = VISITOR_FRAMES[type as 'say'];
    const hers = async () => (await all.rows('acme')).filter((row) => row.includes('vera-t') || row.includes(all.things.acme.visitor));
    const [before, others] = [await hers(), await all.rows('other')];
    for (const who of ['eve', 'otto', 'stranger'] as const) {
      for (const sample of samplesWith('visitor', type)) {
        const aimed = { ...fresh(sample), ...(grasps.thread ? { thread: 'vera-t' } : {}) };
        const said = await sayAs('visitor', all.tokens[who], [aimed]);
        expect(said.text, who).not.toContain(SECRET);
        if (!grasps.thread) continue;
        for (const answer of said.answers) expect(answer, who).toMatchObject({ code: 'not_found' });
        if (type !== 'typing') expect(said.answers, who).toHaveLength(1);
        // What is not hers and what is not there are one thing to her.
        if (grasps.thread === 'own') expect((await sayAs('visitor', all.tokens[who], [{ ...aimed, thread: 'never-was' }])).text).toBe(said.text);
      }
    }
    expect(await hers()).toEqual(before);
    expect(await all.rows('other')).toEqual(others);
  });
  test.each(typesOf('visitor'))('%s of somebody who was erased is answered with 401, and does nothing', (type) => leavesNothing(async () => {
    for (const sample of samplesWith('visitor', type)) expect((await sayAs('visitor', all.tokens.erased, [sample])).status).toBe(401);
  }));
  test('of an agent is none of hers, and the other way round', () => leavesNothing(async () => {
    const only = (speaker: 'visitor' | 'agent', not: 'visitor' | 'agent') => SAMPLES[speaker].filter(({ type }) => !Object.hasOwn(READ[not], type));
    for (const [speaker, secret, frames] of [['visitor', all.tokens.eve, only('agent', 'visitor')], ['agent', all.cookies.owner, only('visitor', 'agent')]] as const) {
      expect(frames.length).toBeGreaterThan(2);
      for (const sample of frames) expect((await sayAs(speaker, secret, [sample])).answers).toEqual([expect.objectContaining({ code: 'bad_frame' })]);
    }
  }));
});

describe('A09 an agent\'s frame', () => {
  test.each(typesOf('agent'))('%s says 401 to everybody who is not of the team, and does nothing', (type) => leavesNothing(async () => {
    const { owner: _, agent: __, ...strangers } = all.cookies;
    for (const [who, cookie] of [['nobody', undefined], ...Object.entries(strangers)] as const) {
      for (const sample of samplesWith('agent', type)) {
        const said = await sayAs('agent', cookie, [{ ...fresh(sample), ...('thread' in sample ? { thread: 'vera-t' } : {}) }]);
        expect([who, said.status, said.text]).toEqual([who, 401, '{"error":{"code":"unauthorized","reason":"sign in first"}}']);
      }
    }
  }));
  const aimed = Object.entries(AGENT_FRAMES as Record<string, FrameRule>).flatMap(([type, { grasps }]) => Object.entries(grasps).map(([field, grasp]) => [type, field, grasp] as const));
  test.each(aimed)('%s with a %s of another brand\'s reaches nothing there', async (type, field, grasp) => {
    const theirs = all.things.other[grasp as 'thread'];
    const [before, others] = [await all.rows('acme'), await all.rows('other')];
    for (const sample of samplesWith('agent', type, field)) {
      const own = { ...fresh(sample), ...('thread' in sample ? { thread: 'vera-t' } : {}) };
      const said = await sayAs('agent', all.cookies.owner, [{ ...own, [field]: field === 'mentions' ? [theirs] : theirs }]);
      expect(said.status).toBe(200);
      // A list of nobody's threads is empty, and a note that names nobody of the team names nobody; all others find nothing.
      if (field === 'who' || field === 'mentions') expect(without(said.text, { type, theirs })).not.toMatch(/otto|olaf|oskar|nobody else/);
      else for (const answer of said.answers) expect(answer).toMatchObject({ code: 'not_found' });
    }
    expect((await all.rows('acme')).filter((row) => !before.includes(row) && row.includes(`"${theirs}"`) && !row.startsWith('act '))).toEqual([]);
    if (field !== 'mentions') expect(await all.rows('acme')).toEqual(before);
    expect(await all.rows('other')).toEqual(others);
  });
  test.each(typesOf('agent'))('%s brings nothing of another brand\'s to light', async (type) => {
    for (const sample of samplesWith('agent', type)) {
      const { text } = await sayAs('agent', all.cookies.agent, [fresh({ ...sample, ...('epoch' in sample || type === 'hi' || type === 'sync' ? { rev: 0 } : {}) })]);
      expect(text).not.toMatch(/otto|olaf|oskar|olga/);
    }
  });
});

describe('A09 a frame comes as often as it says, and no more', () => {
  const PER_POST = 30;
  const MOST = 310;
  test.each((['visitor', 'agent'] as const).flatMap((speaker) => Object.keys(RULES[speaker]).map((type) => [speaker, type] as const)))('%s: %s', async (speaker, type) => {
    await all.later(5 * 60_000);
    const { signInAs } = await import('./front-door.ts');
    const secret = speaker === 'visitor' ? all.tokens.vera : await signInAs(all.door, 'bob');
    const [sample] = samplesWith(speaker, type) as [Sample];
    let first = 0;
    for (let sent = 0; sent < MOST && !first; sent += PER_POST) {
      const frames = Array.from({ length: PER_POST }, () => ({ ...fresh(sample), ...('thread' in sample ? { thread: 'vera-t' } : {}) }));
      const { answers } = await sayAs(speaker, secret, frames);
      if (answers.some(({ code }) => code === 'rate_limited')) first = sent + answers.findIndex(({ code }) => code === 'rate_limited') + 1;
    }
    expect(first, 'the first that had to wait').toBeGreaterThan(0);
    const { rates } = RULES[speaker]![type]!;
    // 300 of any kind a minute; what has a bucket of its own has a smaller one. That nobody is told of who types is no refusal.
    if (rates.length && type !== 'typing') expect(first).toBeLessThanOrEqual(121);
    else expect(first).toBeGreaterThan(270);
  });
});

describe('A09 and the right one comes in', () => {
  test.each(named(TABLE.filter((each) => wantsSession(each) && !/sign-out|\/password$/.test(each.path))))('%s', async (_name, each) => {
    const { signInAs } = await import('./front-door.ts');
    const cookie = await signInAs(all.door, each.principal === 'owner' ? 'ann' : 'bob');
    const thing = each.grasp === 'colleague' && each.principal === 'owner' ? 'never-was' : all.things.acme[each.grasp as 'key'];
    expect((await knock(each, { cookie }, thing)).slice(0, 3)).toMatch(each.method === 'DELETE' && thing === 'never-was' ? /404/ : /20[04]/);
  });
});
