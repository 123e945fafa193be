import { createHmac, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cleanUp } from './browser.ts';
import { run } from './process.ts';
import { newToken } from './talker.ts';
import { atDesk, HI, openTarget, PASSWORD, SHOP, type Target } from './target.ts';

// A cold start of Node on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Each stands nowhere else on this machine. */
const canary = (what: string) => `canary-${what}-${randomUUID().slice(0, 8)}`;
const HERS = {
  body: canary('body'), name: canary('name'), email: `${canary('mail')}@x.example`, url: `${SHOP}/${canary('url')}?q=${canary('query')}`,
  title: canary('title'), referrer: `https://${canary('referrer')}.example/`, event: canary('event'), data: canary('data'), zone: canary('zone'),
  subject: canary('subject'), proved: canary('proved'), answer: canary('answer'),
};
const SECRETS: Record<string, string> = { token: newToken(), password: PASSWORD };
const BY_THE_WAY = { bad: canary('bad-frame'), path: canary('path'), agentName: canary('agent-name'), userAgent: canary('user-agent'), forged: newToken() };

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(cleanUp);

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const filesIn = (dir: string): string[] => readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name)).filter((file) => statSync(file).isFile());
const holding = (files: string[], words: string[]) => files.flatMap((file) => {
  const bytes = readFileSync(file);
  return words.filter((word) => bytes.includes(word)).map((word) => `${file}: ${word}`);
});

test('A40 a conversation with everything in it leaves nothing of what was said, or of who said it, in the log, the figures and the files beside the brand\'s own', async () => {
  const { server } = target;
  const cookie = await target.cookie();
  SECRETS['session'] = cookie.split('=')[1]!;
  const asked = { 'content-type': 'application/json', origin: server.url, cookie };
  await fetch(`${server.url}/v1/acme/desk/profile`, { method: 'POST', headers: asked, body: JSON.stringify({ name: BY_THE_WAY.agentName }) });
  const key = await (await atDesk(server, 'acme', 'keys', { alg: 'HS256' }, cookie)).json() as { id: string; secret: string };
  const ticket = await target.ticket(cookie);
  SECRETS['ticket'] = ticket;

  const line = await target.knock({ token: SECRETS['token']!, headers: { 'user-agent': BY_THE_WAY.userAgent } });
  const page = { url: HERS.url, title: HERS.title, referrer: HERS.referrer };
  await line.say({ ...HI, page, zone: HERS.zone }).until(() => line.of('ok').length > 0, 'an ok');
  const thread = randomUUID();
  for (const frame of [
    { type: 'say', id: 'm1', thread, body: HERS.body, page }, { type: 'label', id: 'l1', name: HERS.name, email: HERS.email },
    { type: 'track', id: 'e1', name: HERS.event, data: { [HERS.data]: HERS.data } },
  ]) line.say(frame);
  await line.until(() => line.of('ack').length === 3, 'acks');
  for (const text of [BY_THE_WAY.bad, `{"type":"${BY_THE_WAY.bad}"}`, `{"type":"say","id":"m2","thread":"t","body":"x","${BY_THE_WAY.bad}":1}`, `{"type":"say","id":"m1","thread":"${thread}","body":"${BY_THE_WAY.bad}"}`]) line.say(text);
  const agent = await target.agent(cookie);
  agent.say({ type: 'say', id: 'a1', thread, body: HERS.answer });
  await agent.until(() => agent.of('ack').length > 0, 'an ack');

  // Everything that goes wrong, with something in it that must not be written down.
  const now = Math.floor(Date.now() / 1_000);
  const signed = `${base64url({ alg: 'HS256', kid: key.id })}.${base64url({ sub: HERS.subject, aud: 'acme', iat: now, exp: now + 600, name: HERS.proved })}`;
  SECRETS['jwt'] = createHmac('sha256', key.secret).update(signed).digest('base64url');
  const plain = { 'content-type': 'text/plain', origin: SHOP };
  const identify = (jwt: string) => fetch(`${server.url}/v1/acme/identify`, { method: 'POST', headers: plain, body: JSON.stringify({ token: SECRETS['token'], jwt }) });
  expect((await identify(`${signed}.${BY_THE_WAY.forged}`)).status).toBe(401);
  expect((await identify(`${signed}.${SECRETS['jwt']}`)).status).toBe(200);
  await fetch(`${server.url}/v1/acme/${BY_THE_WAY.path}?${BY_THE_WAY.path}=${BY_THE_WAY.forged}`);
  await fetch(`${server.url}/v1/acme/card?token=${SECRETS['token']}`);
  await fetch(`${server.url}/inbox/${BY_THE_WAY.path}`);
  await fetch(`${server.url}/v1/acme/frames`, { method: 'POST', headers: plain, body: `{"token":"${SECRETS['token']}","frames":["${BY_THE_WAY.bad}"]}` });
  await atDesk(server, 'acme', 'sign-in', { email: HERS.email, password: BY_THE_WAY.bad });
  await atDesk(server, 'acme', 'join', { code: BY_THE_WAY.forged, name: BY_THE_WAY.bad, password: BY_THE_WAY.bad });
  (await target.knock({ path: `/v1/acme/visitor?t=${SECRETS['token']}` })).drop();
  (await target.knock({ token: BY_THE_WAY.bad })).drop();
  (await target.knock({ path: '/v1/acme/agent', origin: server.url, protocols: `chat.v1, t.${ticket}` })).drop();
  for (const each of [line, agent]) each.drop();

  const figures = await (await fetch(`${server.url}/metrics`)).text();
  expect(figures).toContain('leaveword_requests_total');
  const all = [...Object.values(HERS), HERS.url.split('/')[3]!, ...Object.values(SECRETS), ...Object.values(BY_THE_WAY), key.secret, '127.0.0.1', '198.51.'];
  for (const word of all) {
    expect(server.output(), 'the log').not.toContain(word);
    expect(figures, 'the figures').not.toContain(word);
  }
  const files = filesIn(target.dataDir);
  expect(files.some((file) => file.endsWith('lock.sqlite')), 'the files were found').toBe(true);
  expect(holding(files.filter((file) => !file.includes('/brands/')), all)).toEqual([]);
  // The control: what was said is where it belongs, and was found there.
  const own = files.filter((file) => file.includes('/brands/'));
  expect(holding(own, [HERS.body]).length).toBeGreaterThan(0);
  expect(holding(own, [...Object.values(SECRETS), BY_THE_WAY.forged]), 'a secret in a copy of the database').toEqual([]);
});

test('A40 once she is erased nothing of hers is in any file, also after a restart', async () => {
  const { server, dataDir } = target;
  const exported = await run('admin.ts', ['export-visitor', 'acme', HERS.email], { DATA_DIR: dataDir });
  const { name, ...kept } = HERS;
  for (const [what, word] of Object.entries(kept)) expect(exported.out, what).toContain(word);
  expect(exported.out, 'the name that was proved has taken its place').not.toContain(name);
  const id = /"id": "([0-9a-f]{32})"/.exec(exported.out)![1]!;
  expect((await run('admin.ts', ['erase', 'acme', id], { DATA_DIR: dataDir })).code).toBe(0);
  expect(holding(filesIn(dataDir), Object.values(HERS))).toEqual([]);
  await server.kill('SIGKILL');
  await server.start();
  expect((await target.post([{ type: 'say', id: 'm1', thread: 't', body: HERS.body }], { token: SECRETS['token']! })).status).toBe(401);
  expect(holding(filesIn(dataDir), Object.values(HERS))).toEqual([]);
  for (const word of [...Object.values(HERS), ...Object.values(SECRETS)]) expect(server.output()).not.toContain(word);
});
