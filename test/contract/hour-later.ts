/** The end of the scripted hour: what goes too far, who somebody turns out to be, and how each of them goes. */
import type { Caller } from './caller.ts';
import { PASSWORD, SHOP } from './hosts.ts';
import { ack, ANN, BEA, BRAND, type Cast, message, say, settle, thread, theVisitor } from './hour-cast.ts';
import { jwt, type Stage, visitor } from './stage.ts';

const gone = (code: number) => [{ type: 'bye', code }, { closed: code }];

export async function tooMuch(stage: Stage, { ada, grace }: Cast): Promise<void> {
  const rude = await stage.knock('A stranger who does not greet', visitor('rude', '198.51.100.5'));
  await rude.say({ type: 'sync', rev: 0 }).hears(...gone(4400));
  const binary = await stage.visitor('A stranger with bytes', visitor('binary', '198.51.100.6'));
  await binary.say(Buffer.from('{"type":"ping"}')).hears({ closed: 4400 });
  const long = await stage.visitor('A stranger with a long frame', visitor('long', '198.51.100.7'));
  await long.say(say('z1', 'z', 'z'.repeat(70_000))).hears({ closed: 1009 });
  const stubborn = await stage.visitor('A stubborn stranger', visitor('stubborn', '198.51.100.8'));
  for (let n = 0; n < 20; n++) stubborn.say({ type: 'dance' });
  await stubborn.hears(...gone(4400));

  const { token, from } = ANN;
  const tabs: Caller[] = [];
  // With her two there are six then, and one more is one too many (rule C8).
  for (let n = 3; n <= 7; n++) tabs.push(await stage.visitor(`Ann, tab ${n}`, { token, from }));
  for (const each of [ada, grace]) for (const _ of tabs) await each.hears(theVisitor);
}

export async function whoSheIs(stage: Stage, cast: Cast): Promise<void> {
  const { ann, bea, tab, ada, grace, secret } = cast;
  await ann.hears(...gone(4409));
  const phone = visitor('phone', '198.51.100.2');
  const identify = (who: { token: string; from: string }, proof: string) =>
    stage.ask('Bea', 'POST', 'identify', { origin: SHOP, from: who.from, type: 'text/plain', body: { token: who.token, jwt: proof } });
  const her = { sub: 'customer-17', name: 'Beatrix' };
  await identify(BEA, 'not.a.jwt');
  await identify(BEA, jwt('another secret, and as long as ours', BRAND, her));
  await identify(BEA, jwt(secret, 'another', her));
  await identify(BEA, jwt(secret, BRAND, { ...her, exp: 1 }));
  await identify(BEA, jwt(secret, BRAND, her));
  for (const each of [ada, grace]) await each.hears({ type: 'changed', set: [{ kind: 'visitor', verified: true }] });
  await bea.say({ type: 'label', id: 'l3', name: 'Eve' }).hears(ack('l3'));

  const before = await stage.visitor('Bea, phone', phone);
  await before.say(say('p1', 'bea.3', 'From my phone.')).hears(ack('p1'));
  for (const each of [ada, grace]) await each.hears({ type: 'presence', here: true }, message('p1'));
  await identify(phone, jwt(secret, BRAND, her));
  await before.hears({ closed: 1012 });
  for (const each of [ada, grace]) await each.hears({ type: 'changed', set: [{ kind: 'gone' }, { kind: 'thread', id: 'bea.3' }, { kind: 'visitor', verified: true }] });
  await bea.hears(thread('bea.3', {}));
  await bea.say({ type: 'pull', thread: 'bea.3', before: 9, n: 9 }).hears({ type: 'page', rows: [{ id: 'p1' }] });
  cast.phone = await stage.visitor('Bea, phone', phone);
  await identify(phone, jwt(secret, BRAND, { sub: 'customer-18' }));
  await settle([bea, tab], [ada, grace]);
}

export async function thePartings(stage: Stage, { bea, phone, tab, ada, grace, others, owner, cookie }: Cast): Promise<void> {
  const again = await stage.ask('Grace', 'POST', 'desk/sign-in', { body: { email: 'Grace@Kettle.example', password: PASSWORD } });
  const another = String(again['headers']['set-cookie']).split(';')[0]!;
  const window = await stage.agent('Grace, another browser', another);
  await stage.ask('Grace', 'POST', 'desk/sign-out', { cookie: another });
  await window.hears(...gone(4401));
  await settle([bea, tab], [ada, grace]);

  const { body: { frames: [{ me }] } } = await stage.post('Bea', BEA, { type: 'hi', v: 1, rev: 0 });
  for (const each of [ada, grace]) await each.hears(theVisitor);
  await stage.served.admin('erase', BRAND, me.id);
  for (const each of [bea, phone]) await each.hears(...gone(4401));
  for (const each of [ada, grace]) await each.hears({ type: 'changed', set: [{ kind: 'gone', id: me.id }] });
  await stage.post('Bea', BEA, say('b9', 'bea.1', 'Is it me you have forgotten?'));
  const forgotten = await stage.knock('Bea, once more', BEA, { first: { type: 'hi', v: 1, rev: 0 } });
  await forgotten.hears(...gone(4401));

  const { id } = again.body.agent;
  await stage.ask('Grace', 'DELETE', `desk/agents/${id}`, { cookie });
  await stage.ask('Ada', 'DELETE', `desk/agents/${id}`, { cookie: owner });
  await grace.hears(...gone(4401));
  await ada.hears({ type: 'changed', set: [{ kind: 'agent', left: true }] });
  await stage.ask('Grace', 'POST', 'desk/ticket', { cookie });

  await stage.closeAllOf('Ann');
  await stage.post('Ann', ANN, say('a10', 'tea', 'Good night.'));
  await ada.hears(message('a10'));
  // She is away when no next page has come (rule E2): the first word of anybody's clock.
  await ada.hears({ type: 'changed', set: [{ kind: 'visitor', name: 'Ann' }] });
  await settle(others, [ada]);
}
